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

// Server is a database server, and a database on it that tests may write to.
type Server struct {
	Engine  string // "PostgreSQL"
	Version string // "17.11"
	DSN     string // of the database; holds the password

	// Deployment says how many servers there are and where, for people: "one server in
	// a container". It is empty for servers that tests start with arguments of their own.
	Deployment string

	engine    engine
	container testcontainers.Container // nil if it is not in one of ours
	closing   sync.Once
	closers   []func() error // in the order in which they are called
}

// callRunning says of a server that it ran before it was asked for.
func callRunning(s *Server, err error) (*Server, error) {
	if err == nil {
		s.Deployment = "a server that ran already"
	}
	return s, err
}

const oneContainer = "one server in a container"

// Close ends what the server was started with: its container is removed; a
// server that ran already is left alone. The targets' stores must be closed.
func (s *Server) Close() error {
	var errs []error
	s.closing.Do(func() {
		for _, f := range s.closers {
			errs = append(errs, f())
		}
	})
	return errors.Join(errs...)
}

// engine is what servers of different engines do differently. One file
// implements it for each.
type engine interface {
	// create makes an empty place in the database for one store, unless it is
	// there, and drop removes it, if it exists, with all that it holds.
	create(ctx context.Context, name string) error
	drop(ctx context.Context, name string) error

	// damage removes a part of a place: of its tables, or what the engine has in
	// their place, the first by name.
	damage(ctx context.Context, name string) error

	// dial connects as far as the first message of protocol, which is what the
	// engine speaks without encryption. There is one for each connection.
	dial(ctx context.Context) (net.Conn, error)
	protocol() proxy.Protocol

	// direct is the address where clients reach the server without a proxy, with
	// the same DSN but for the address; it is empty if they cannot.
	direct() string

	// dsn is the DSN of the database as it is reached at this address, without
	// encryption, with more parameters. With cut, clients are to give up soon on
	// a server that does not answer there (see [conformance.Store]).
	dsn(address string, parameters url.Values, cut bool) string
}

// anyDatabase is the variable that lets tests write to any database.
const anyDatabase = "TENON_ANY_DATABASE"

// testName matches names that have the word "test" in them. Letters of any
// alphabet, and accents that follow them, are parts of words.
var testName = regexp.MustCompile(`(?i)(^|[^\pL\pM])test(s|ing)?([^\pL\pM]|$)`)

// checkName refuses a database that tests had better leave alone.
func checkName(database string, allowed bool) error {
	if testName.MatchString(database) || allowed || os.Getenv(anyDatabase) == "1" {
		return nil
	}
	return fmt.Errorf("containers: the database %q is not marked as a test's: name one with the word \"test\" in it, as in app_test, or set %s=1", database, anyDatabase)
}
