package sqlite_test

import (
	"context"
	"maps"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// SQLite does not check the context while it waits for a lock, and a handle of the
// application can have a busy timeout of ten minutes. The calls of this test end with
// their contexts while another connection holds the lock, or the test never ends.
func TestCallsEndAtALock(t *testing.T) {
	t.Parallel()
	next := aSession("phone", "ann").Lease
	next.Credential = "next"
	writes := map[string]func(context.Context, *adapter) error{
		"CreateUser": func(ctx context.Context, a *adapter) error { return a.CreateUser(ctx, aUser("bob")) },
		"UpdateUser": func(ctx context.Context, a *adapter) error {
			return a.UpdateUser(ctx, "ann", user{Email: "x"}, attr.All[user]())
		},
		"DeleteUser":    func(ctx context.Context, a *adapter) error { return a.DeleteUser(ctx, "ann") },
		"CreateSession": func(ctx context.Context, a *adapter) error { return a.CreateSession(ctx, aSession("tablet", "ann")) },
		"UpdateSession": func(ctx context.Context, a *adapter) error {
			return a.UpdateSession(ctx, "phone", session{Device: "x"}, attr.All[session]())
		},
		"SwapLease": func(ctx context.Context, a *adapter) error {
			return a.SwapLease(ctx, "phone", aSession("phone", "ann").Lease, next)
		},
		"DeleteSession": func(ctx context.Context, a *adapter) error { return a.DeleteSession(ctx, "phone") },
		"DeleteUserSessions": func(ctx context.Context, a *adapter) error {
			_, err := a.DeleteUserSessions(ctx, "ann")
			return err
		},
		"DeleteExpiredSessions": func(ctx context.Context, a *adapter) error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon.Add(24 * time.Hour), Everyone: true, Limit: 10})
			return err
		},
		"Migrate": func(ctx context.Context, a *adapter) error { return a.Migrate(ctx) },
	}
	reads := map[string]func(context.Context, *adapter) error{
		"User":    func(ctx context.Context, a *adapter) error { _, err := a.User(ctx, "ann"); return err },
		"Session": func(ctx context.Context, a *adapter) error { _, err := a.Session(ctx, "phone"); return err },
		"UserSessions": func(ctx context.Context, a *adapter) error {
			_, err := a.UserSessions(ctx, "ann")
			return err
		},
		"SessionAndUser": func(ctx context.Context, a *adapter) error { _, _, err := a.SessionAndUser(ctx, "phone"); return err },
		"Check":          func(ctx context.Context, a *adapter) error { return a.Check(ctx) },
	}
	for journal, lock := range map[string]string{"wal": "BEGIN IMMEDIATE", "delete": "BEGIN EXCLUSIVE"} {
		calls := maps.Clone(writes)
		if journal != "wal" { // in which a read does not wait
			maps.Copy(calls, reads)
		}
		t.Run(journal, func(t *testing.T) {
			t.Parallel()
			var waiting sync.WaitGroup
			for name, call := range calls {
				path := filepath.Join(scratch.Dir(t), "tenon.db")
				dsn := path + "?_pragma=busy_timeout(600000)&_pragma=journal_mode(" + journal + ")"
				a, err := sqlite.New[user, session](t.Context(), openHandle(t, dsn))
				must(t, err)
				must(t, a.Migrate(t.Context()))
				ann, phone := aUser("ann"), aSession("phone", "ann")
				must(t, a.CreateUser(t.Context(), ann))
				must(t, a.CreateSession(t.Context(), phone))
				other, err := openHandle(t, dsn).Conn(t.Context())
				must(t, err)
				defer other.Close()
				_, err = other.ExecContext(t.Context(), lock)
				must(t, err)
				waiting.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
					defer cancel()
					if err := call(ctx, a); spec.ClassOf(err) != context.DeadlineExceeded {
						t.Errorf("%s: %v", name, err)
					}
					if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
						t.Error(err)
					}
					if err := a.DeleteSession(t.Context(), "none"); err != nil { // waits for the write that was left
						t.Error(err)
					}
					session, user, err := a.SessionAndUser(t.Context(), "phone")
					if err != nil || user != ann || !session.Lease.Equal(phone.Lease) || session.Attributes != phone.Attributes {
						t.Errorf("%s has changed something: %+v, %+v, %v", name, session, user, err)
					}
				})
			}
			waiting.Wait()
		})
	}
}

func TestNewEndsAtALock(t *testing.T) {
	t.Parallel()
	dsn := filepath.Join(scratch.Dir(t), "tenon.db") + "?_pragma=busy_timeout(600000)"
	other := openHandle(t, dsn)
	other.SetMaxOpenConns(1)
	run(t, other, "CREATE TABLE t (x)", "BEGIN EXCLUSIVE")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := sqlite.New[user, session](ctx, openHandle(t, dsn))
	wantClass(t, err, context.DeadlineExceeded)
	run(t, other, "ROLLBACK")
}

// Without WAL a commit waits for all readers. A call that was left there can still be
// applied.
func TestCommitsEndAtALock(t *testing.T) {
	t.Parallel()
	dsn := filepath.Join(scratch.Dir(t), "tenon.db") + "?_pragma=busy_timeout(600000)&_pragma=journal_mode(delete)"
	a, err := sqlite.New[user, session](t.Context(), openHandle(t, dsn))
	must(t, err)
	must(t, a.Migrate(t.Context()))
	reader, err := openHandle(t, dsn).QueryContext(t.Context(), "SELECT name FROM sqlite_schema")
	must(t, err)
	defer reader.Close()
	if !reader.Next() {
		t.Fatal("the reader reads nothing")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	wantClass(t, a.CreateUser(ctx, aUser("ann")), spec.ErrIndeterminate)
	must(t, reader.Close())
	must(t, a.DeleteSession(t.Context(), "none")) // waits for the write that was left
	if _, err := a.User(t.Context(), "ann"); err != nil {
		t.Errorf("the write that was left: %v", err)
	}
}
