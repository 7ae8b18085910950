package mysql_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	survey "github.com/tenon-go/tenon/internal/environment/mysql"
)

// Survey describes a user's server in the terms of the results.
func TestSurvey(t *testing.T) {
	results, err := environment.Judged("mysql")
	servertest.OK(t, err)
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"sql_mode": {"'ANSI_QUOTES'"}, "div_precision_increment": {"0"}})
		p.ready(p.open())
		p.exec("CREATE TRIGGER watch BEFORE UPDATE ON users FOR EACH ROW SET @a = 1",
			"ALTER TABLE users ADD size BIGINT AS (LENGTH(name)) VIRTUAL, ADD CONSTRAINT named CHECK (name <> 'x')",
			"CREATE TABLE posts (author VARBINARY(255), FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE)")
		db := servertest.OpenDB(t, "mysql", p.DSN)
		db.SetMaxOpenConns(1)
		_, err := db.ExecContext(t.Context(), "USE `"+p.Name+"`")
		servertest.OK(t, err)
		found, err := survey.Survey(t.Context(), db, "users", "sessions", "no such table")
		servertest.OK(t, err)
		for _, want := range []environment.Case{
			{Kind: "session", Name: "sql_mode", Value: "ANSI_QUOTES"},
			{Kind: "session", Name: "div_precision_increment", Value: "0"},
			{Kind: "trigger", Name: "BEFORE UPDATE of users", Object: true},
			{Kind: "storage engine", Name: "InnoDB, sessions", Object: true},
			{Kind: "row format", Name: "DYNAMIC", Object: true},
			{Kind: "column type", Name: "id: VARBINARY(255)", Object: true},
			{Kind: "column type", Name: "time: BIGINT", Object: true},
			{Kind: "generated column", Name: "virtual", Object: true},
			{Kind: "constraint", Name: "CHECK", Object: true},
			{Kind: "foreign key", Name: "of another table, CASCADE", Object: true},
		} {
			i := slices.IndexFunc(found, func(c environment.Case) bool {
				want.Server = c.Server
				return c == want
			})
			if i < 0 {
				t.Errorf("the survey has no %+v; it has %+v", want, found)
				continue
			}
			if !slices.ContainsFunc(results, func(r environment.Result) bool { return r.Case == want }) {
				t.Errorf("nothing was judged that is called %+v", want)
			}
		}
	})
}
