package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// In existing tables, ids can have a unique key instead of the primary key. A taken value
// of the primary key is then not a taken id.
func TestPrimaryKeyElsewhere(t *testing.T) {
	type Unique struct {
		Name string `db:"name,unique,max=20"`
	}
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nil), t.Context()
		p.exec("CREATE TABLE users (id VARBINARY(255) NOT NULL UNIQUE, email VARBINARY(1016) NOT NULL PRIMARY KEY, "+
			"name LONGTEXT CHARACTER SET utf8mb4 NOT NULL) ENGINE=InnoDB",
			"CREATE TABLE sessions (id VARBINARY(255) NOT NULL UNIQUE, user_id VARBINARY(255), created_at BIGINT NOT NULL, "+
				"active_until BIGINT NOT NULL, expires_at BIGINT NOT NULL, credential VARBINARY(255) NOT NULL, "+
				"name VARBINARY(80) NOT NULL PRIMARY KEY) ENGINE=InnoDB")
		a, err := mysql.Open[Person, Unique](ctx, p.DSN, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, a.Migrate(ctx))

		bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
		servertest.OK(t, a.CreateUser(ctx, ann))
		servertest.OK(t, a.CreateUser(ctx, bob))
		servertest.WantClass(t, a.CreateUser(ctx, ann), spec.ErrUserExists, "CreateUser again")
		wantConstraint(t, a.CreateUser(ctx, spec.User[Person]{ID: "new", Attributes: ann.Attributes}), spec.NotUnique, "Email")
		wantConstraint(t, a.UpdateUser(ctx, bob.ID, ann.Attributes, attr.All[Person]()), spec.NotUnique, "Email")

		session := spec.Session[Unique]{ID: "s", CreatedAt: noon, Lease: lease, Attributes: Unique{"phone"}}
		servertest.OK(t, a.CreateSession(ctx, session))
		servertest.WantClass(t, a.CreateSession(ctx, session), spec.ErrSessionExists, "CreateSession again")
		session.ID = "new"
		wantConstraint(t, a.CreateSession(ctx, session), spec.NotUnique, "Name")
	})
}
