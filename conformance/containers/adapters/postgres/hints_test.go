package postgres_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/internal/testing/hinttest"
	"github.com/tenon-go/tenon/spec"
)

func TestWithoutMigrate(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	for _, handle := range []string{"", "postgres"} { // pgx, and lib/pq
		hinttest.WithoutMigrate(t, p.openOn(handle), ann, phone)
	}
}

// A trigger's table is not ours to make.
func TestTableOfATriggerIsMissing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.open())
	p.exec(`CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO users_audit VALUES (1); RETURN NEW; END'`,
		`CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION audit()`)
	err := a.CreateUser(t.Context(), spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}})
	if spec.ClassOf(err) != spec.ErrFailed || strings.Contains(err.Error(), "Migrate") {
		t.Errorf("got %v, want ErrFailed and nothing of Migrate", err)
	}
}

func TestCheckNamesTheOption(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ table, want string }{
		{"users (id bigint PRIMARY KEY)", "if the ids of users are integers, pass WithUserIDs(postgres.IntegerIDs)"},
		{"users (id smallint PRIMARY KEY)", "if the ids of users are integers, pass WithUserIDs(postgres.IntegerIDs)"},
		{"users (id uuid PRIMARY KEY)", "if the ids of users are UUIDs, pass WithUserIDs(postgres.UUIDs)"},
		{"sessions (token text PRIMARY KEY, data bytea NOT NULL, expiry timestamptz NOT NULL)", "pass other names with WithTables"}, // scs's
	} {
		p := newPlace(t, nil)
		p.exec("CREATE TABLE " + test.table)
		hinttest.Says(t, p.open(), test.want)
	}
}

func TestUserToWhomOthersRefer(t *testing.T) {
	t.Parallel()
	for _, timing := range []string{"", " DEFERRABLE INITIALLY DEFERRED"} {
		p := newPlace(t, nil)
		p.ready(p.open())
		p.exec(`CREATE TABLE "the ""key""" (user_id text CONSTRAINT the_reference REFERENCES users (id)`+timing+`)`,
			`INSERT INTO "the ""key""" VALUES ('ann')`)
		for _, handle := range []string{"", "postgres"} { // pgx, and lib/pq
			hinttest.Referred(t, p.openOn(handle), ann.ID, "23503 the_reference", `"the ""key"""`)
		}
	}
}
