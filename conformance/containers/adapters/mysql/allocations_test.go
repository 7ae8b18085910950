//go:build !race

package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestAllocations has each call cost exactly this much in the process, with
// a context that can be cancelled, as every request's can. It counts those of the
// whole process, so it does not run beside other tests. A read is one less on
// MariaDB, which sends the columns of a statement once, and not with each answer.
func TestAllocations(t *testing.T) {
	for _, s := range allServers() {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		// Past the proxy, which allocates too.
		a, err := mysql.Open[Person, Device](ctx, s.start(t).DSN, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		name, err := attr.Fields[Person]("Name")
		servertest.OK(t, err)
		next := lease
		next.Credential = "next"
		sessions := make([]spec.Session[Device], 0, 200)
		for i := range cap(sessions) {
			one := phone
			one.ID = fmt.Sprintf("phone %d", i)
			sessions = append(sessions, one)
		}
		created, deleted, renamed := 0, 0, ann.Attributes
		from, to := lease, next
		for _, c := range []struct {
			call string
			want float64
			less float64 // on MariaDB
			do   func() error
		}{
			{"SessionAndUser", 37, 1, func() error { _, _, err := a.SessionAndUser(ctx, phone.ID); return err }},
			{"Session", 29, 1, func() error { _, err := a.Session(ctx, phone.ID); return err }},
			{"User", 24, 1, func() error { _, err := a.User(ctx, ann.ID); return err }},
			{"UserBy", 25, 1, func() error { _, err := a.UserBy(ctx, "Email", ann.Attributes.Email); return err }},
			{"UserSessions", 36, 1, func() error { _, err := a.UserSessions(ctx, ann.ID); return err }},
			{"CreateSession", 26, 0, func() error { created++; return a.CreateSession(ctx, sessions[created-1]) }},
			{"UpdateUser", 16, 0, func() error { return a.UpdateUser(ctx, ann.ID, renamed, name) }},
			{"UpdateSession", 16, 0, func() error {
				return a.UpdateSession(ctx, phone.ID, phone.Attributes, attr.All[Device]())
			}},
			{"SwapLease", 25, 0, func() error { err := a.SwapLease(ctx, phone.ID, from, to); from, to = to, from; return err }},
			{"DeleteSession", 13, 0, func() error { deleted++; return a.DeleteSession(ctx, sessions[deleted-1].ID) }},
		} {
			servertest.OK(t, c.do()) // which prepares the statement
			got := testing.AllocsPerRun(100, func() {
				if err := c.do(); err != nil {
					t.Fatal(err)
				}
			})
			want := c.want
			if strings.HasPrefix(s.name, "mariadb") {
				want -= c.less
			}
			if got != want {
				t.Errorf("%s, %s: %v allocations, want %v", s.name, c.call, got, want)
			}
		}
	}
}
