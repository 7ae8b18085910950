package containers

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// MissingError says that this machine lacks what a server needs: a Docker
// engine, or an image. What starts but then fails is another error.
type MissingError struct {
	Server  string // what could not be started: "postgres:17"
	Cause   error  // what is missing
	Help    string // what would make it start
	Running string // the variable that names a server which runs already; empty if there is none
}

// Remedy says what would help: to make it start, or to name a server.
func (e *MissingError) Remedy() string {
	if e.Running == "" {
		return e.Help
	}
	return e.Help + "; or name a server that runs already in " + e.Running
}

// Error names the cause and what would help.
func (e *MissingError) Error() string {
	return fmt.Sprintf("containers: cannot start %s: %v\nWhat would help: %s", e.Server, e.Cause, e.Remedy())
}

// Unwrap returns the cause.
func (e *MissingError) Unwrap() error { return e.Cause }

// require is the variable that turns skips into failures.
const require = "TENON_REQUIRE"

// requirable are the names that TENON_REQUIRE may have: "all", those of servers
// and drivers, and of the programs that tests of pages need.
var requirable = []string{"all", "memory", "sqlite", "postgres", "pgbouncer", "mysql", "mariadb", "galera", "mongo", "redis", "valkey", "chromium", "nginx"}

// Required reports whether TENON_REQUIRE asks for an engine: it has its name
// ("postgres") among others, or is "all". A name in it that nothing has is an
// error: misspelt, it would require nothing.
func Required(engine string) (bool, error) {
	names := strings.FieldsFunc(os.Getenv(require), func(r rune) bool { return r == ',' || r == ' ' })
	for _, name := range names {
		if name != engine && !slices.Contains(requirable, name) {
			return false, fmt.Errorf("%s asks for %q: there are %s", require, name, strings.Join(requirable, ", "))
		}
	}
	return slices.Contains(names, engine) || slices.Contains(names, "all"), nil
}
