package mysql_test

import (
	"fmt"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
)

// A store has at most as many connections as WithMaxConns says: the server lets the
// account have no more, and refuses others. One is enough for every call.
func TestMaxConns(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		for _, n := range []int{1, 3} {
			dsn := p.account("ALL", fmt.Sprint("WITH MAX_USER_CONNECTIONS ", n))
			a, err := mysql.Open[program.Person, program.Device](t.Context(), dsn, mysql.WithMaxConns(n))
			servertest.OK(t, err)
			servertest.OK(t, a.Migrate(t.Context()))
			servertest.Crowd(t, a)
			servertest.OK(t, a.Close())
		}
		first, second := p.openPlain(mysql.WithMaxConns(1)), p.openPlain(mysql.WithMaxConns(1))
		if r := program.JudgePlain(t.Context(), first, second).String(); r != "" {
			t.Error(r)
		}
	})
}
