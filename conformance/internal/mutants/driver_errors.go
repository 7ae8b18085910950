package mutants

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"sync/atomic"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// The faults of this file need a driver whose connections break.
func driverErrorMutants() []Mutant {
	return []Mutant{
		{Name: "raw_driver_error_for_a_taken_id", Clause: "ERR-01", Shipped: "adapters that pass on what they do not know", Subject: alterDriver(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if cause, ok := errors.AsType[*modernc.Error](err); ok {
					return cause
				}
				return err
			}
		}), Options: hooks.Options("ERR-01")},
		{Name: "drivers_error_is_dropped", Clause: "ERR-03", Subject: alterDriver(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if e, ok := errors.AsType[*spec.Error](err); ok {
					return &spec.Error{Adapter: e.Adapter, Op: e.Op, Class: e.Class, Detail: e.Detail}
				}
				return err
			}
		}), Options: hooks.Options("ERR-03")},

		{Name: "outage_is_not_found", Clause: "ERR-05", Shipped: "adapters that treat any failed read as not found",
			Subject: subject(outageIsNotFound), Options: hooks.Options("ERR-05")},
		{Name: "outage_yields_a_zero_row", Clause: "ERR-05", Shipped: "adapters that drop the error of Scan", Subject: alterDriver(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				if errors.Is(err, spec.ErrUnavailable) {
					return spec.SessionRow{}, nil
				}
				return session, err
			}
		}), Options: hooks.Options("ERR-05")},
		{Name: "outage_is_taken_for_done", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			// It treats a delete that could not be sent as a delete without rows.
			a.deleteSession = func(ctx context.Context, id string) error {
				return replaceClass(a.rows.DeleteSession(ctx, id), spec.ErrUnavailable, nil)
			}
		}), Options: hooks.Options("ERR-05")},
		{Name: "outage_is_for_ever", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			// It remembers that the store was unavailable.
			var broken atomic.Bool
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				if errors.Is(err, spec.ErrUnavailable) {
					broken.Store(true)
				}
				if err == nil && broken.Load() {
					return spec.SessionRow{}, &spec.Error{Adapter: "mutant", Op: spec.OpSession, Class: spec.ErrUnavailable}
				}
				return session, err
			}
		}), Options: hooks.Options("ERR-05")},
		{Name: "ping_during_an_outage_succeeds", Clause: "ERR-05",
			Subject: alterDriver(func(a *altered) { a.ping = func(context.Context) error { return nil } }), Options: hooks.Options("ERR-05")},
		{Name: "ping_after_an_outage_fails", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			var failed atomic.Pointer[error]
			a.ping = func(ctx context.Context) error {
				if before := failed.Load(); before != nil {
					return *before
				}
				err := a.rows.Ping(ctx)
				if err != nil {
					failed.Store(&err)
				}
				return err
			}
		}), Options: hooks.Options("ERR-05")},
		{Name: "write_of_an_outage_is_done_after_it", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			// It reports that nothing was applied, and applies the write later.
			queue := make(chan string, 100)
			a.deleteSession = func(ctx context.Context, id string) error {
				err := a.rows.DeleteSession(ctx, id)
				if errors.Is(err, spec.ErrUnavailable) {
					queue <- id
				}
				return err
			}
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				for err == nil && len(queue) > 0 {
					if err := a.rows.DeleteSession(ctx, <-queue); err != nil {
						return session, err
					}
				}
				return session, err
			}
		}), Options: hooks.Options("ERR-05")},

		{Name: "insert_sent_twice_reports_exists", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB",
			Subject: subject(insertTwice), Options: hooks.Options("ERR-06")},
		{Name: "swap_sent_twice_reports_stale", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB", Subject: subject(updateTwice), Options: hooks.Options("ERR-06")},
		{Name: "delete_sent_twice_counts_none", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB", Subject: subject(deleteTwice), Options: hooks.Options("ERR-06")},
		{Name: "lost_answer_is_unavailable", Clause: "ERR-06", Subject: alterDriver(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				return replaceClass(a.rows.CreateSession(ctx, session), spec.ErrIndeterminate, &spec.Error{Adapter: "mutant", Op: spec.OpCreateSession, Class: spec.ErrUnavailable})
			}
		}), Options: hooks.Options("ERR-06")},
	}
}

// outageIsNotFound makes a query that cannot be sent find no row.
func outageIsNotFound(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return onDriver(t, s, columns, faultdriver.Connector{
		Query: func(_ string, do func() (driver.Rows, error)) (driver.Rows, error) {
			rows, err := do()
			if isBroken(err) {
				return noRows{}, nil
			}
			return rows, err
		},
	})
}

// isBroken reports whether a connection was lost.
func isBroken(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// noRows is the answer to a query that finds nothing.
type noRows struct{}

func (noRows) Columns() []string { return nil }

func (noRows) Close() error { return nil }

func (noRows) Next([]driver.Value) error { return io.EOF }

func insertTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sentTwice(t, s, columns, "INSERT")
}

func updateTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sentTwice(t, s, columns, "UPDATE")
}

func deleteTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sentTwice(t, s, columns, "DELETE")
}

// sentTwice has no transactions. It sends a statement again if the answer was lost, as
// database/sql does with statements on a *sql.DB.
func sentTwice(t conformance.TB, s conformance.Store, columns spec.Columns, verb string) rows {
	faults := &s.Target.(*faultdriver.Files).Of(t).Faults
	return onDriver(t, s, columns, faultdriver.Connector{
		Exec: func(query string, do func() (driver.Result, error)) (driver.Result, error) {
			switch faultdriver.Verb(query) {
			case "BEGIN", "COMMIT", "ROLLBACK":
				return driver.RowsAffected(0), nil
			case verb:
				if faults.TakeLoss() {
					do()
				}
			case "INSERT", "UPDATE", "DELETE":
				faults.TakeLoss()
			}
			return do()
		},
	})
}
