package sqlite_test

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	path := file(t)
	openFile(t, path)
	db := openHandle(t, path)
	sweeptest.CutShort(t, sweeptest.Store{
		Add: func(name string, n int, expires time.Time) {
			_, err := db.ExecContext(t.Context(), `INSERT OR IGNORE INTO sessions (id, created_at, active_until, expires_at, credential, device)
				WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT ?3 || i, ?2, ?2, ?2, '', '' FROM n`,
				n, expires.UnixMilli(), name)
			must(t, err)
		},
		Left: func() (n int) {
			must(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&n))
			return n
		},
	}, func() *adapter { return openFile(t, path) })
}
