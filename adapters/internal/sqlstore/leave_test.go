package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// What a call has left behind reads and changes nothing of the application's.
func TestCallsLeaveTheDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &stalled{answers: make(chan struct{})}
		db := sql.OpenDB(server)
		defer db.Close()
		d := &Dialect{
			Statements: Statements{Bind: sqlx.QUESTION, WritesOutlive: true, QueriesOutlive: true},
			Naming:     Naming{Quote: func(name string) string { return name }},
			Errors:     Errors{Report: noReport},
		}
		fields := []attr.Field{{Name: "Key", Column: "key", Kind: attr.Bytes}}
		opened, err := New(d, db, false, spec.Columns{Users: fields, Sessions: []attr.Field{}}, Tables{Users: "users", Sessions: "sessions"})
		if err != nil {
			t.Fatal(err)
		}
		a := opened.OrLeave()

		leaves := func(name string, class error, call func(context.Context) error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begun := time.Now() // by the bubble's clock
			if err := call(ctx); !errors.Is(err, class) {
				t.Errorf("%s: got %v, want %v", name, err, class)
			}
			if took := time.Since(begun); took != time.Minute+linger.Grace {
				t.Errorf("%s took %s", name, took)
			}
		}
		key, into := []byte("key"), spec.UserRow{Attributes: []any{new([]byte)}}
		leaves("UpdateUser", spec.ErrIndeterminate, func(ctx context.Context) error {
			return a.UpdateUser(ctx, "ann", spec.Change{Places: []int{0}, Values: []any{key}})
		})
		// The Store replaces this class with the context's error.
		leaves("User", spec.ErrUnavailable, func(ctx context.Context) error { return a.User(ctx, "ann", &into) })

		clear(key)
		close(server.answers)
		synctest.Wait()
		if got, ok := server.args[0].([]byte); !ok || !bytes.Equal(got, []byte("key")) {
			t.Errorf("the statement that was left has the argument %q", server.args[0])
		}
		if into.ID != "" {
			t.Errorf("the query that was left has set the row to %+v", into)
		}
	})
}

// stalled is a driver and its connection, to a server that stalls. It ignores contexts.
type stalled struct {
	answers chan struct{} // closed when the server answers
	args    []any         // of the last write, as they are when the server answers
}

func (s *stalled) Connect(context.Context) (driver.Conn, error) { return s, nil }
func (s *stalled) Driver() driver.Driver                        { return nil }
func (s *stalled) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (s *stalled) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (s *stalled) Close() error                                 { return nil }

func (s *stalled) ExecContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Result, error) {
	<-s.answers
	for _, arg := range args {
		s.args = append(s.args, arg.Value)
	}
	return driver.RowsAffected(1), nil
}

func (s *stalled) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	<-s.answers
	return &oneRow{}, nil
}

// oneRow is a row of a user.
type oneRow struct{ read bool }

func (*oneRow) Columns() []string { return []string{"id", "key"} }
func (*oneRow) Close() error      { return nil }

func (r *oneRow) Next(row []driver.Value) error {
	if r.read {
		return io.EOF
	}
	r.read = true
	row[0], row[1] = "ann", []byte("key")
	return nil
}
