package mysql_test

import (
	"fmt"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// The list of sessions to keep is read once, not for each session of the user.
func TestKeptSessionsAreReadOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		const sessions, kept = 40, 100
		p, ctx := newPlace(t, s, nil), t.Context()
		db := servertest.OpenDB(t, "mysql", p.DSN)
		db.SetMaxOpenConns(1) // which counts for itself
		a, err := mysql.New[Person, Device](ctx, db, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		p.ready(a)
		p.exec(fmt.Sprintf(`INSERT INTO sessions (id, user_id, created_at, active_until, expires_at, credential, name)
			WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT CONCAT('s', i), 'ann', 0, 0, 0, '', '' FROM n`, sessions))
		keep := make([]string, kept)
		for i := range keep {
			keep[i] = fmt.Sprint("kept ", i)
		}
		keep[kept-1] = phone.ID
		reads := func() (n int) {
			t.Helper()
			var name string
			servertest.OK(t, db.QueryRowContext(ctx, "SHOW SESSION STATUS LIKE 'Handler_read_rnd_next'").Scan(&name, &n))
			return n
		}
		before := reads()
		n, err := a.DeleteUserSessionsExcept(ctx, ann.ID, keep...)
		if err != nil || n != sessions {
			t.Errorf("DeleteUserSessionsExcept: got %d, %v, want %d", n, err, sessions)
		}
		// Each id of the list is written and read, and so are the answers to the
		// two questions; for each of the sessions it would be 4,000.
		if got := reads() - before; got > 10*kept {
			t.Errorf("%d rows were read for a list of %d ids", got, kept)
		}
	})
}
