package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

func TestSweepCutShort(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		servertest.OK(t, p.open().Migrate(t.Context()))
		sweeptest.CutShort(t, sweeptest.Store{
			Fill: func() {
				values := make([]string, sweeptest.Rows)
				for i := range values {
					values[i] = fmt.Sprintf("('expired%d', %[2]d, %[2]d, %[2]d, '', '')", i, sweeptest.Expired.UnixMilli())
				}
				p.exec("INSERT INTO sessions (id, created_at, active_until, expires_at, credential, name) VALUES " + strings.Join(values, ", "))
			},
			Left: func() (n int) {
				servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&n))
				return n
			},
		}, func() *adapter { return p.open() })
	})
}
