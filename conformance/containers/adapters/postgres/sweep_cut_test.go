package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	servertest.OK(t, p.open().Migrate(t.Context()))
	sweeptest.CutShort(t, sweeptest.Store{
		Fill: func() {
			_, err := p.admin.ExecContext(t.Context(), `INSERT INTO `+p.quoted()+`.sessions (id, created_at, active_until, expires_at, credential, name)
				SELECT 'expired' || i, $2, $2, $2, '', '' FROM generate_series(1, $1::int) AS i`, sweeptest.Rows, sweeptest.Expired)
			servertest.OK(t, err)
		},
		Left: func() (n int) {
			servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM "+p.quoted()+".sessions").Scan(&n))
			return n
		},
	}, func() *adapter { return p.open() })
}
