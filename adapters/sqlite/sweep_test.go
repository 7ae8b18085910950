package sqlite_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	path := file(t)
	openFile(t, path)
	db := openHandle(t, path)
	sweeptest.CutShort(t, sweeptest.Store{
		Fill: func() {
			_, err := db.ExecContext(t.Context(), `INSERT OR IGNORE INTO sessions (id, created_at, active_until, expires_at, credential, device)
				WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 'expired' || i, ?2, ?2, ?2, '', '' FROM n`,
				sweeptest.Rows, sweeptest.Expired.UnixMilli())
			must(t, err)
		},
		Left: func() (n int) {
			must(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&n))
			return n
		},
	}, func() *adapter { return openFile(t, path) })
}
