package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"testing"
)

// given is a session whose driver returns an error.
type given struct {
	session
	err   error
	valid bool
}

func (g given) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return nil, g.err
}

func (g given) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return nil, g.err
}

func (g given) IsValid() bool { return g.valid }

// A statement that the driver abandons is ended on the server, both after the end of a
// context and after the readTimeout of the data source name.
func TestAbandoned(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		given
		want int
	}{
		{"timed out", given{err: errors.New("i/o timeout")}, 2},
		{"refused", given{err: errors.New("a duplicate"), valid: true}, 0},
		{"answered", given{valid: true}, 0},
		{"answered, then closed", given{}, 0},
	} {
		of := &connector{abandoned: make(chan statement, 2)}
		c := &conn{test.given, of, facts{connection: 42}}
		c.ExecContext(t.Context(), "UPDATE", nil)
		c.QueryContext(t.Context(), "SELECT", nil)
		if got := len(of.abandoned); got != test.want {
			t.Errorf("%s: %d statements are to be ended, want %d", test.name, got, test.want)
		}
	}
}
