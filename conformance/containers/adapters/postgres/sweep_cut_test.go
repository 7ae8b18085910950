package postgres_test

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
	"github.com/tenon-go/tenon/spec"
)

// swept returns a place with tables, and its sessions for sweeptest.
func swept(t *testing.T) (*place, sweeptest.Store) {
	p := newPlace(t, nil)
	servertest.OK(t, p.open().Migrate(t.Context()))
	return p, sweeptest.Store{
		Add: func(name string, n int, expires time.Time) {
			_, err := p.admin.ExecContext(t.Context(), `INSERT INTO `+p.quoted()+`.sessions (id, created_at, active_until, expires_at, credential, name)
				SELECT $3 || i, $2, $2, $2, '', '' FROM generate_series(1, $1::int) AS i`, n, expires, name)
			servertest.OK(t, err)
		},
		Left: func() (n int) {
			servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM "+p.quoted()+".sessions").Scan(&n))
			return n
		},
	}
}

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	sweeptest.CutShort(t, store, func() *adapter { return p.open() })
}

func TestSweepBehind(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	sweeptest.Behind(t, store, p.open())
}

// A sweep looks for the earliest session that is left, and deletes sessions although it cannot
// read when that one expires.
func TestSweepOfInfinity(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	store.Add("expired", sweeptest.Rows, sweeptest.Expired)
	p.exec("UPDATE sessions SET expires_at = '-infinity'")
	store.Add("later", sweeptest.Rows, sweeptest.Expired)
	n, err := p.open().DeleteExpiredSessions(t.Context(), spec.Sweep{Now: sweeptest.Expired, Everyone: true, Limit: 10 * sweeptest.Rows})
	if left := store.Left(); n != 2*sweeptest.Rows || err != nil || left != 0 {
		t.Errorf("got %d, %v, and %d are left, want %d and none", n, err, left, 2*sweeptest.Rows)
	}
}

// A sweep of a thousand sessions looks once for the earliest one that is left.
func TestSweepLooksOnce(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	a := p.open()
	const rows = 999
	store.Add("expired", rows, sweeptest.Expired)
	got := servertest.Cost(t, p.Counts, func() error {
		n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: sweeptest.Expired, Everyone: true, Limit: 1000})
		if n != rows {
			t.Errorf("the sweep deleted %d sessions, want %d", n, rows)
		}
		return err
	})
	if got.Answers["SELECT"] != 1 {
		t.Errorf("the sweep made %v, want 1 SELECT", got.Answers)
	}
}
