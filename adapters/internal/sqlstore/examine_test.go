package sqlstore

import "testing"

// Which table a foreign key is to depends on the schema, if none was given on
// where its bare name leads, and where names are folded not on their case.
func TestReferenceToAnotherSchema(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		given  string // WithSchema, WithDatabase
		folded bool
		to     CatalogReference
		fits   bool
	}{
		{"the same", "App", false, CatalogReference{Table: Name{"App", "users"}}, true},
		{"another case", "App", false, CatalogReference{Table: Name{"app", "users"}}, false},
		{"another case, folded", "App", true, CatalogReference{Table: Name{"app", "users"}}, true},
		{"another", "App", true, CatalogReference{Table: Name{"legacy", "users"}, Bare: true}, false},
		{"none, and the bare name is this", "", true, CatalogReference{Table: Name{"app", "users"}, Bare: true}, true},
		{"none, and the bare name is another", "", true, CatalogReference{Table: Name{"legacy", "users"}}, false},
	} {
		d := &Dialect{
			Naming: Naming{Quote: func(name string) string { return name }, Folded: c.folded},
			Rows:   Rows{ForeignKeys: true},
		}
		tables := Tables{Schema: c.given, Users: "users", Sessions: "sessions"}
		sessions := sessionsTable(d, tables, nil, usersTable(d, tables, nil))
		c.to.Columns, c.to.To, c.to.Cascade = []string{"user_id"}, []string{"id"}, true
		problems := sessions.examineReference(Catalog{References: []CatalogReference{c.to}})
		if (len(problems) == 0) != c.fits {
			t.Errorf("%s: got %v, want it to fit: %t", c.name, problems, c.fits)
		}
	}
}
