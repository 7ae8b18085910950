package postgres_test

import (
	"slices"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	survey "github.com/tenon-go/tenon/internal/environment/postgres"
)

// Survey lists what surrounds tables in the terms of the results.
func TestSurvey(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	dsn := p.role("")
	v := newVersion(t, "17")
	offered := v.objectCases()
	offered = append(offered, onNewest(v)...)
	settings, err := v.settingCases(t.Context())
	servertest.OK(t, err)
	offered = append(offered, settings...)

	p.exec(append([]string{
		`ALTER ROLE ` + userOf(dsn).Username() + ` SET default_transaction_isolation = 'serializable'`,
		`CREATE TABLE orders (user_id text COLLATE "C" REFERENCES users ON DELETE CASCADE)`,
		`ALTER TABLE sessions SET UNLOGGED`, `CREATE RULE also AS ON DELETE TO sessions DO ALSO NOTHING`,
		`ALTER TABLE users ADD CONSTRAINT has_id CHECK (id <> '')`, `CREATE UNIQUE INDEX lowered ON users (md5(id))`, `ALTER TABLE sessions ALTER credential TYPE varchar(1000)`,
		`GRANT SELECT, INSERT, UPDATE ON users TO ` + userOf(dsn).Username(),
	}, trigger(`BEFORE INSERT OR UPDATE ON users FOR EACH ROW`, `RETURN NEW;`)...)...)
	db := servertest.OpenDB(t, "pgx", dsn)
	found, err := survey.Survey(t.Context(), db, p.quoted()+".users", p.quoted()+".sessions")
	servertest.OK(t, err)
	for _, want := range []environment.Case{
		{Kind: survey.Role, Name: "default_transaction_isolation", Value: "serializable"},
		{Kind: survey.Server, Name: "fsync", Value: "off"},
		{Kind: "trigger", Name: "before insert or update on users for each row", Object: true},
		{Kind: "rule", Name: "do also on delete to sessions", Object: true},
		{Kind: "table", Name: "sessions set unlogged", Object: true},
		{Kind: "foreign key", Name: "from another table to users on delete cascade", Object: true},
		{Kind: "constraint", Name: "check (id <> '') on users", Object: true},
		{Kind: "index", Name: "unique index act on users (md5(id))", Object: true},
		{Kind: "column type", Name: "sessions.credential varchar(1000)", Object: true},
		{Kind: "grant", Name: "no DELETE on users", Object: true},
		{Kind: "database", Name: "encoding UTF8", Object: true},
	} {
		want.Server = "PostgreSQL 17"
		if !slices.Contains(found, want) {
			t.Errorf("the survey lacks %+v", want)
		}
		if !slices.ContainsFunc(offered, func(c environment.Case) bool {
			return c.Kind == want.Kind && c.Name == want.Name && c.Value == want.Value
		}) {
			t.Errorf("no case is %+v", want)
		}
	}
	if t.Failed() {
		for _, c := range found {
			t.Logf("found %+v", c)
		}
	}
}

// onNewest are the cases that are tried on the newest version alone.
func onNewest(v *version) (cases []environment.Case) {
	for _, o := range slices.Concat(around(), columnTypes(true)) {
		cases = append(cases, environment.Case{Server: v.name, Kind: o.kind, Name: o.name, Object: true})
	}
	return cases
}
