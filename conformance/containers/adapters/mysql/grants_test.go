package mysql_test

import (
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// An account needs exactly the privileges in docs/sessions.md.
func TestGrants(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		dsn := p.account("USAGE", "")
		config, err := mysqldriver.ParseDSN(dsn)
		servertest.OK(t, err)
		change := func(verb, privileges, preposition string) {
			for _, table := range []string{"users", "sessions"} {
				p.exec(verb + " " + privileges + " ON `" + p.Name + "`." + table + " " + preposition + " '" + config.User + "'@'%'")
			}
		}
		change("GRANT", "SELECT, INSERT, UPDATE, DELETE", "TO")
		a, err := mysql.Open[Person, Device](t.Context(), dsn)
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, servertest.EachCall(t.Context(), a, ann, ann.Attributes.Email, phone))
		for _, privilege := range []string{"SELECT", "UPDATE", "DELETE", "INSERT"} { // INSERT is met last, after phone is gone
			change("REVOKE", privilege, "FROM")
			wantCode(t, servertest.EachCall(t.Context(), a, ann, ann.Attributes.Email, phone), spec.ErrFailed, 1142, "1142", "without "+privilege)
			change("GRANT", privilege, "TO")
		}
	})
}
