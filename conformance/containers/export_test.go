package containers

import (
	"context"

	"github.com/testcontainers/testcontainers-go"

	"github.com/tenon-go/tenon/conformance"
)

var (
	CheckName    = checkName
	FreePorts    = freePorts
	OnFreePorts  = onFreePorts
	RunMongoHost = runMongoHost
)

func (s *Shared) Get(t conformance.TB, engine string, key any, start func(context.Context) (*Server, error)) *Server {
	return s.get(t, engine, key, start)
}

// NewServer returns a server that calls f when it is closed.
func NewServer(f func() error) *Server { return &Server{closers: []func() error{f}} }

// Container returns the container of a server, or nil.
func (s *Server) Container() testcontainers.Container { return s.container }
