package sqlite_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

// unchecked returns an adapter on a handle that does not enforce foreign keys. Its table
// of sessions need not even have one.
func unchecked(t *testing.T, withForeignKey bool) *adapter {
	db := openHandle(t, file(t)+"?_pragma=foreign_keys(0)&_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(0)")
	a, err := sqlite.New[user, session](t.Context(), db)
	must(t, err)
	if !withForeignKey {
		run(t, db, `CREATE TABLE sessions (id TEXT PRIMARY KEY NOT NULL, user_id TEXT, created_at INTEGER NOT NULL,
			active_until INTEGER NOT NULL, expires_at INTEGER NOT NULL, credential TEXT NOT NULL, device TEXT NOT NULL)`,
			"CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL, email TEXT UNIQUE NOT NULL, nick TEXT)")
		return a
	}
	must(t, a.Migrate(t.Context()))
	return a
}

func TestReferencesHoldWhateverThePragmas(t *testing.T) {
	t.Parallel()
	for _, withForeignKey := range []bool{true, false} {
		t.Run(fmt.Sprintf("foreign key %t", withForeignKey), func(t *testing.T) {
			t.Parallel()
			a := unchecked(t, withForeignKey)
			ctx := t.Context()
			wantClass(t, a.CreateSession(ctx, aSession("s", "nobody")), spec.ErrUserNotFound)
			_, err := a.Session(ctx, "s")
			wantClass(t, err, spec.ErrSessionNotFound)

			must(t, a.CreateUser(ctx, aUser("ann")))
			must(t, a.CreateUser(ctx, aUser("bob")))
			for _, s := range []spec.Session[session]{aSession("a", "ann"), aSession("b", "bob"), aSession("v", "")} {
				must(t, a.CreateSession(ctx, s))
			}
			wantClass(t, a.CreateSession(ctx, aSession("a", "nobody")), spec.ErrSessionExists)
			must(t, a.DeleteUser(ctx, "ann"))
			for id, class := range map[string]error{"a": spec.ErrSessionNotFound, "b": nil, "v": nil} {
				_, err := a.Session(ctx, id)
				wantClass(t, err, class)
			}
		})
	}
}

// No session of a deleted user remains, whichever call is first.
func TestNoOrphansWhateverThePragmas(t *testing.T) {
	t.Parallel()
	a := unchecked(t, false)
	ctx := t.Context()
	for round := range 20 {
		id := fmt.Sprint("user", round)
		must(t, a.CreateUser(ctx, aUser(id)))
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				err := a.CreateSession(ctx, aSession(fmt.Sprint(id, "-", i), id))
				if err != nil && !errors.Is(err, spec.ErrUserNotFound) {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			if err := a.DeleteUser(ctx, id); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		left, err := a.UserSessions(ctx, id)
		must(t, err)
		if len(left) != 0 {
			t.Fatalf("%d sessions of a user that was deleted", len(left))
		}
	}
}

// If its owner closes the handle, the error is ErrUnavailable and not ErrClosed.
func TestHandleThatItsOwnerClosed(t *testing.T) {
	t.Parallel()
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	a, err := sqlite.New[user, session](t.Context(), db)
	must(t, err)
	must(t, a.Migrate(t.Context()))
	must(t, db.Close())
	_, err = a.User(t.Context(), "ann")
	wantClass(t, err, spec.ErrUnavailable)
	wantClass(t, a.CreateUser(t.Context(), aUser("ann")), spec.ErrUnavailable)
	must(t, a.Close())
	wantClass(t, a.Ping(t.Context()), spec.ErrClosed)
}
