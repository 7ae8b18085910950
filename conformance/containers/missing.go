package containers

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// MissingError says that this machine lacks what a server needs: a Docker
// engine, or an image. A server that starts and then fails is a different error.
type MissingError struct {
	Server  string // the image that could not be started: "postgres:17"
	Cause   error  // what is missing
	Help    string // how to make it start
	Running string // the environment variable that can name a running server, or empty
}

// Remedy says what the user can do: make the server start, or name a running one.
func (e *MissingError) Remedy() string {
	if e.Running == "" {
		return e.Help
	}
	return e.Help + "; or name a running server in " + e.Running
}

// Error names the cause and what the user can do.
func (e *MissingError) Error() string {
	return fmt.Sprintf("containers: cannot start %s: %v\nWhat would help: %s", e.Server, e.Cause, e.Remedy())
}

// Unwrap returns the cause.
func (e *MissingError) Unwrap() error { return e.Cause }

// require is the environment variable that turns skips into failures.
const require = "TENON_REQUIRE"

// requirable lists the names that TENON_REQUIRE accepts: "all", and those of
// servers, of adapters without servers, and of the programs that tests of pages need.
var requirable = []string{"all", "memory", "sqlite", "postgres", "pgbouncer", "mysql", "mariadb", "galera", "mongo", "redis", "valkey", "chromium", "nginx"}

// Required reports whether TENON_REQUIRE asks for an engine: its list has the
// engine's name ("postgres"), or is "all". An unknown name in the list is an error,
// since a misspelt name would require nothing.
func Required(engine string) (bool, error) {
	names := strings.FieldsFunc(os.Getenv(require), func(r rune) bool { return r == ',' || r == ' ' })
	for _, name := range names {
		if name != engine && !slices.Contains(requirable, name) {
			return false, fmt.Errorf("%s asks for %q, which is unknown: the names are %s", require, name, strings.Join(requirable, ", "))
		}
	}
	return slices.Contains(names, engine) || slices.Contains(names, "all"), nil
}
