package postgres_test

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
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
