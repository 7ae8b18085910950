package mysql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

// swept returns a place with tables, and its sessions for sweeptest.
func swept(t *testing.T, s server) (*place, sweeptest.Store) {
	p := newPlace(t, s, nil)
	servertest.OK(t, p.open().Migrate(t.Context()))
	return p, sweeptest.Store{
		Add: func(name string, n int, expires time.Time) {
			values := make([]string, n)
			for i := range values {
				values[i] = fmt.Sprintf("('%s%d', %[3]d, %[3]d, %[3]d, '', '')", name, i, expires.UnixMilli())
			}
			p.exec("INSERT INTO sessions (id, created_at, active_until, expires_at, credential, name) VALUES " + strings.Join(values, ", "))
		},
		Left: func() (n int) {
			servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&n))
			return n
		},
	}
}

func TestSweepCutShort(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, store := swept(t, s)
		sweeptest.CutShort(t, store, func() *adapter { return p.open() })
	})
}

func TestSweepBehind(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, store := swept(t, s)
		sweeptest.Behind(t, store, p.open())
	})
}
