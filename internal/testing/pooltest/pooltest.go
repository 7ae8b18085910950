// Package pooltest tests the option WithMaxConns of adapters.
package pooltest

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Refused fails the test unless an adapter refuses the option where it makes no sense,
// without connecting to a server: open with less than one connection, and on with any
// number, since the caller owns its connections.
func Refused(t *testing.T, open, on func(conns int) error) {
	t.Helper()
	for name, err := range map[string]error{"Open, 0": open(0), "Open, -1": open(-1), "New, 3": on(3), "New, 0": on(0)} {
		if spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), "WithMaxConns") {
			t.Errorf("%s: got the error %v, want one of the class %v that names the option", name, err, spec.ErrInvalid)
		}
	}
}
