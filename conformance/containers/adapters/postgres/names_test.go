package postgres_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Tables and schemas can have any name that PostgreSQL accepts. Each name is used for a
// schema, for its users, and for the sessions in the schema of the name before it.
func TestOddNames(t *testing.T) {
	t.Parallel()
	names := []string{
		"select", "Users", "a b", "a.b", `quo"te`, `'; DROP TABLE users; --`, "?", "$1", ":name", "@x", "%s", "{users}",
		"{0}", "\\", "weiß 名", " ", "\n", strings.Repeat("x", 63), strings.Repeat("x", 62) + "y", strings.Repeat("ß", 31),
	}
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, nil)
			schema := p.Name + name // of this test alone
			for len(schema) > 63 {
				_, last := utf8.DecodeLastRuneInString(schema)
				schema = schema[:len(schema)-last]
			}
			a := p.openPlain(postgres.WithSchema(schema), postgres.WithTables(name, names[(i+1)%len(names)]))
			t.Cleanup(func() {
				if _, err := p.admin.Exec(`DROP SCHEMA IF EXISTS "` + strings.ReplaceAll(schema, `"`, `""`) + `" CASCADE`); err != nil {
					t.Error(err)
				}
			})
			servertest.Works(t, a)
		})
	}
}

// Names that PostgreSQL would truncate or does not accept are refused by the constructor.
func TestImpossibleNames(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	for name, option := range map[string]postgres.Option{
		"too long":            postgres.WithTables(strings.Repeat("x", 64), "s"),
		"too long in bytes":   postgres.WithTables("u", strings.Repeat("ß", 32)),
		"empty":               postgres.WithTables("u", ""),
		"NUL":                 postgres.WithTables("u\x00", "s"),
		"not UTF-8":           postgres.WithTables("u", "s\xff"),
		"the same":            postgres.WithTables("u", "u"),
		"a schema too long":   postgres.WithSchema(strings.Repeat("x", 64)),
		"a schema with a NUL": postgres.WithSchema("x\x00y"),
		"a schema not UTF-8":  postgres.WithSchema("\xff"),
	} {
		a, err := postgres.Open[Person, Device](t.Context(), p.DSN, option)
		if err == nil {
			a.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

// Several adapters share a schema: none of their tables, indexes and
// constraints has another's name, though names are cut at 63 bytes.
func TestTablesInOneSchema(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	long := strings.Repeat("x", 61)
	pairs := [][2]string{
		{"users", "sessions"}, {"Users", "Sessions"}, {"users_email", "sessions_user_id"}, {"a", "a_b"}, {"a_b_c", "a_b_c_d"},
		{long + "u1", long + "s1"}, {long + "u2", long + "s2"},
	}
	var adapters []*adapter
	for _, names := range pairs {
		a := p.open(postgres.WithTables(names[0], names[1]))
		p.ready(a)
		adapters = append(adapters, a)
	}
	for i, a := range adapters {
		servertest.OK(t, a.DeleteUser(t.Context(), ann.ID))
		for j, other := range adapters[i+1:] {
			if _, _, err := other.SessionAndUser(t.Context(), phone.ID); err != nil {
				t.Errorf("after the delete in %q, in %q: %v", pairs[i], pairs[i+1+j], err)
			}
		}
	}
}

// In existing tables, a key with the name of our primary key can be on another column.
// A taken value of that column is not a taken id.
func TestPrimaryKeyElsewhere(t *testing.T) {
	t.Parallel()
	p, ctx := newPlace(t, nil), t.Context()
	p.exec(`CREATE TABLE users (id text COLLATE "C" NOT NULL UNIQUE, email text COLLATE "C" PRIMARY KEY, name text NOT NULL)`)
	a := p.open()
	servertest.OK(t, a.Migrate(ctx))
	bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
	servertest.OK(t, a.CreateUser(ctx, ann))
	servertest.OK(t, a.CreateUser(ctx, bob))
	servertest.WantClass(t, a.CreateUser(ctx, ann), spec.ErrUserExists, "CreateUser again")
	wantConstraint(t, a.CreateUser(ctx, spec.User[Person]{ID: "new", Attributes: ann.Attributes}), spec.NotUnique, "Email")
	wantConstraint(t, a.UpdateUser(ctx, bob.ID, ann.Attributes, attr.All[Person]()), spec.NotUnique, "Email")
}

// Without WithSchema, the table of users is the one that the search_path finds. A foreign
// key to another table with the same name does not count.
func TestCheckFindsKeysToAnotherSchema(t *testing.T) {
	t.Parallel()
	p, other := newPlace(t, nil), newPlace(t, nil)
	other.ready(other.open())
	p.ready(p.open())
	dsn := p.DSN + "&search_path=" + p.Name
	a, err := postgres.Open[Person, Device](t.Context(), dsn)
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Check(t.Context()))
	p.exec(`ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey, ` +
		`ADD CONSTRAINT theirs FOREIGN KEY (user_id) REFERENCES ` + other.quoted() + `.users (id) ON DELETE CASCADE NOT VALID`)
	servertest.WantClass(t, a.Check(t.Context()), spec.ErrFailed, "Check")
	p.exec(`DROP TABLE sessions`)
}
