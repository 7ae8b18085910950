package conformance_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// durable declares that the memory adapter keeps its data.
type durable struct{ spec.Adapter }

func (d durable) Unwrap() any { return d.Adapter }

func (d durable) Describe(context.Context) (spec.Description, error) {
	return spec.Description{Name: "durable", Engine: "Go", Version: "1"}, nil
}

// An error that would make every check fail is reported once, and no check runs.
func TestPreflight(t *testing.T) {
	t.Parallel()
	type opened func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter
	raw := func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		f := &faulty{Adapter: memory.NewAdapter(columns)}
		f.user = func(ctx context.Context, id string, into *spec.UserRow) error {
			if err := f.Adapter.User(ctx, id, into); err != nil {
				return errors.New("sql: no rows in result set")
			}
			return nil
		}
		return f
	}
	forbidden := func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		f := &faulty{Adapter: memory.NewAdapter(columns)}
		f.createUser = func(context.Context, spec.UserRow) error { return errors.New("permission denied for table users") }
		return f
	}
	panics := func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		f := &faulty{Adapter: memory.NewAdapter(columns)}
		f.user = func(context.Context, string, *spec.UserRow) error { panic("not written yet") }
		return f
	}
	for _, test := range []struct {
		name  string
		open  func() opened // called for each run
		parts []string
	}{
		{"the name is ignored", func() opened {
			var one spec.Adapter
			return func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
				if one == nil {
					one = unclosed{memory.NewAdapter(columns)}
				}
				return one
			}
		}, []string{`Session("s-ann") through an adapter that open opened under another name`, "Store.Name"}},
		{"each handle is a store of its own", func() opened {
			return func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
				return durable{memory.NewAdapter(columns)}
			}
		}, []string{`User("ann") through another adapter that open opened under the same name`, "Volatile"}},
		{"open fails", func() opened {
			return func(t conformance.TB, _ conformance.Store, _ spec.Columns) spec.Adapter {
				t.Fatal("no permission to make a schema")
				return nil
			}
		}, []string{"no permission to make a schema\n  at preflight_test.go:"}},
		{"open skips", func() opened {
			return func(t conformance.TB, _ conformance.Store, _ spec.Columns) spec.Adapter {
				t.Skip("no server")
				return nil
			}
		}, []string{"open skipped", "no server"}},
		{"open returns nil", func() opened {
			return func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter { return nil }
		}, []string{"returned no adapter"}},
		{"open returns a nil pointer", func() opened {
			return func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter { return (*faulty)(nil) }
		}, []string{"returned no adapter"}},
		{"a role without rights", func() opened { return forbidden }, []string{`CreateUser("ann")`, "caused by *errors.errorString \"permission denied for table users\""}},
		{"raw errors", func() opened { return raw }, []string{`User("ann") through`, "sql: no rows in result set", `"user not found"`, "not an error of its driver"}},
		{"a method that panics", func() opened { return panics }, []string{"panic: not written yet", "preflight_test.go:"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := conformance.Judge(t.Context(), conformance.NewSubject(test.open()), conformance.Options{})
			if err == nil {
				t.Fatal("it was judged")
			}
			wantText(t, err.Error(), append([]string{"conformance: the adapter was not judged"}, test.parts...)...)
			if n := strings.Count(err.Error(), "\n"); n > 60 {
				t.Errorf("it is said in %d lines:\n%s", n, err)
			}
		})
	}
}

// unclosed stays open.
type unclosed struct{ spec.Adapter }

func (u unclosed) Unwrap() any { return u.Adapter }
func (unclosed) Close() error  { return nil }

// If a run is interrupted before anything was opened, each check reports that.
func TestPreflightInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var opened atomic.Int64
	subject := conformance.NewSubject(func(t conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		opened.Add(1)
		interrupt()
		<-t.Context().Done()
		t.Fatal("no connection")
		return nil
	})
	results, err := conformance.Judge(ctx, subject, conformance.Options{Match: func(name string) bool { return strings.HasPrefix(name, "USR-") }})
	if err != nil {
		t.Fatal(err)
	}
	for r := range results {
		if r.Outcome != conformance.LeftOut {
			wantOutcome(t, []conformance.Result{r}, conformance.NotRun, "interrupted")
		}
	}
	if opened.Load() != 1 {
		t.Errorf("opened %d times", opened.Load())
	}
}
