package containers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"sync"

	"github.com/testcontainers/testcontainers-go"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// Server is a database server, and a database on it to which tests can write.
type Server struct {
	Engine  string // "PostgreSQL"
	Version string // "17.11"
	DSN     string // of the database; contains the password

	// Deployment describes the servers, for people: "one server in a container". It is
	// empty for a server that a test starts with its own arguments.
	Deployment string

	engine    engine
	container testcontainers.Container // nil if this package did not start it
	closing   sync.Once
	closers   []func() error // in the order in which they are called
}

// callRunning sets the Deployment of a server that was running already.
func callRunning(s *Server, err error) (*Server, error) {
	if err == nil {
		s.Deployment = "a server that ran already"
	}
	return s, err
}

const oneContainer = "one server in a container"

// Close removes the server's container. It does not touch a server that was running
// already. All stores of the server's targets must be closed before.
func (s *Server) Close() error {
	var errs []error
	s.closing.Do(func() {
		for _, f := range s.closers {
			errs = append(errs, f())
		}
	})
	return errors.Join(errs...)
}

// engine has the differences between engines. Each engine implements it in its own
// file.
type engine interface {
	// create creates an empty place in the database for one store, unless it
	// exists. Drop removes it with all of its contents, if it exists.
	create(ctx context.Context, name string) error
	drop(ctx context.Context, name string) error

	// damage removes a part of a place: the first by name of its tables, or of the
	// engine's equivalent of tables.
	damage(ctx context.Context, name string) error

	// dial opens a connection, encrypted if the server needs that, on which the
	// engine's unencrypted protocol can begin. It is called for each connection.
	dial(ctx context.Context) (net.Conn, error)
	protocol() proxy.Protocol

	// direct returns the address at which clients reach the server without a proxy,
	// with the same DSN except for the address. It is empty if they cannot.
	direct() string

	// dsn returns the DSN of the database at this address, without encryption and
	// with more parameters. With cut, clients must soon give up on a server that
	// does not answer (see [conformance.Store]).
	dsn(address string, parameters url.Values, cut bool) string
}

// anyDatabase is the environment variable that lets tests write to any database.
const anyDatabase = "TENON_ANY_DATABASE"

// testName matches names that contain the word "test". Letters of any alphabet, and
// combining accents, are parts of words.
var testName = regexp.MustCompile(`(?i)(^|[^\pL\pM])test(s|ing)?([^\pL\pM]|$)`)

// checkName returns an error for a database whose name does not show that it is for tests.
func checkName(database string, allowed bool) error {
	if testName.MatchString(database) || allowed || os.Getenv(anyDatabase) == "1" {
		return nil
	}
	return fmt.Errorf("containers: the database %q is not marked as a test's: use one with the word \"test\" in its name, such as app_test, or set %s=1", database, anyDatabase)
}
