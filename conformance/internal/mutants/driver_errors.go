package mutants

import (
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
		{Name: "raw_driver_error_for_a_taken_id", Clause: "ERR-01", Shipped: "adapters that pass on what they do not know",
			Subject: alterDriver(after(spec.OpCreateSession, func(c *call) {
				if cause, ok := errors.AsType[*modernc.Error](c.err); ok {
					c.err = cause
				}
			})), Options: hooks.Options("ERR-01")},
		{Name: "drivers_error_is_dropped", Clause: "ERR-03", Subject: alterDriver(after(spec.OpCreateSession, func(c *call) {
			if e, ok := errors.AsType[*spec.Error](c.err); ok {
				c.err = &spec.Error{Adapter: e.Adapter, Op: e.Op, Class: e.Class, Detail: e.Detail}
			}
		})), Options: hooks.Options("ERR-03")},

		{Name: "outage_is_not_found", Clause: "ERR-05", Shipped: "adapters that treat any failed read as not found",
			Subject: subject(outageIsNotFound), Options: hooks.Options("ERR-05")},
		{Name: "outage_yields_a_zero_row", Clause: "ERR-05", Shipped: "adapters that drop the error of Scan",
			Subject: alterDriver(replaces(spec.OpSession, spec.ErrUnavailable, nil)), Options: hooks.Options("ERR-05")},
		// It treats a delete that could not be sent as a delete without rows.
		{Name: "outage_is_taken_for_done", Clause: "ERR-05",
			Subject: alterDriver(replaces(spec.OpDeleteSession, spec.ErrUnavailable, nil)), Options: hooks.Options("ERR-05")},
		{Name: "outage_is_for_ever", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			// It remembers that the store was unavailable.
			var broken atomic.Bool
			a.after(spec.OpSession, func(c *call) {
				if errors.Is(c.err, spec.ErrUnavailable) {
					broken.Store(true)
				}
				if c.err == nil && broken.Load() {
					c.err = &spec.Error{Adapter: "mutant", Op: c.op, Class: spec.ErrUnavailable}
				}
			})
		}), Options: hooks.Options("ERR-05")},
		{Name: "ping_during_an_outage_succeeds", Clause: "ERR-05",
			Subject: alterDriver(before(spec.OpPing, func(c *call) { c.answer(nil) })), Options: hooks.Options("ERR-05")},
		{Name: "ping_after_an_outage_fails", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			var failed atomic.Pointer[error]
			a.around(spec.OpPing, func(c *call, do func()) {
				if before := failed.Load(); before != nil {
					c.err = *before
				} else if do(); c.err != nil {
					failed.Store(&c.err)
				}
			})
		}), Options: hooks.Options("ERR-05")},
		{Name: "write_of_an_outage_is_done_after_it", Clause: "ERR-05", Subject: alterDriver(func(a *altered) {
			// It reports that nothing was applied, and applies the write later.
			queue := make(chan string, 100)
			a.after(spec.OpDeleteSession, func(c *call) {
				if errors.Is(c.err, spec.ErrUnavailable) {
					queue <- c.id
				}
			})
			a.after(spec.OpSession, func(c *call) {
				for c.err == nil && len(queue) > 0 {
					if c.rows.DeleteSession(c.ctx, <-queue) != nil {
						return
					}
				}
			})
		}), Options: hooks.Options("ERR-05")},

		{Name: "insert_sent_twice_reports_exists", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB",
			Subject: subject(sentTwice("INSERT")), Options: hooks.Options("ERR-06")},
		{Name: "swap_sent_twice_reports_stale", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB",
			Subject: subject(sentTwice("UPDATE")), Options: hooks.Options("ERR-06")},
		{Name: "delete_sent_twice_counts_none", Clause: "ERR-06", Shipped: "adapters that write through *sql.DB",
			Subject: subject(sentTwice("DELETE")), Options: hooks.Options("ERR-06")},
		{Name: "lost_answer_is_unavailable", Clause: "ERR-06",
			Subject: alterDriver(replaces(spec.OpCreateSession, spec.ErrIndeterminate, &spec.Error{Adapter: "mutant", Op: spec.OpCreateSession, Class: spec.ErrUnavailable})),
			Options: hooks.Options("ERR-06")},
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

// sentTwice opens an adapter without transactions. It sends a statement again if the
// answer was lost, as database/sql does with statements on a *sql.DB.
func sentTwice(verb string) opening {
	return func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
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
}
