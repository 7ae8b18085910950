package containers

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// Proxy lets tests count what passes to a store that is open.
func (t *Target) Proxy(tb conformance.TB, s conformance.Store) *proxy.Proxy { return t.proxyOf(tb, s) }

var CheckName = checkName

func (s *Shared) Get(t conformance.TB, engine string, key any, start func(context.Context) (*Server, error)) *Server {
	return s.get(t, engine, key, start)
}

// NewServer returns a server that calls f when it is closed.
func NewServer(f func() error) *Server { return &Server{close: []func() error{f}} }
