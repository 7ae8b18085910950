package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/hinttest"
)

func TestWithoutMigrate(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		hinttest.WithoutMigrate(t, p.open(), ann, phone)
	})
}

func TestCheckNamesTheOption(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, test := range []struct{ table, want string }{
			{"users (id INT UNSIGNED PRIMARY KEY)", "if the ids of users are integers, pass WithUserIDs(mysql.IntegerIDs)"},
			{"users (id CHAR(36) PRIMARY KEY)", "if the ids of users are UUIDs, pass WithUserIDs(mysql.UUIDs)"},
			{"users (id BINARY(16) PRIMARY KEY)", "if the ids of users are UUIDs, pass WithUserIDs(mysql.BinaryUUIDs)"},
			{"sessions (token CHAR(43) PRIMARY KEY, data BLOB NOT NULL, expiry TIMESTAMP(6) NOT NULL)", "pass other names with WithTables"}, // scs's
		} {
			p := newPlace(t, s, nil)
			p.exec("CREATE TABLE " + test.table)
			hinttest.Says(t, p.open(), test.want)
		}
	})
}

func TestUserToWhomOthersRefer(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.open()
		servertest.OK(t, a.Migrate(t.Context()))
		servertest.OK(t, a.CreateUser(t.Context(), ann))
		p.exec("CREATE TABLE posts (user_id VARBINARY(255), FOREIGN KEY (user_id) REFERENCES users (id))", "INSERT INTO posts VALUES ('ann')")
		hinttest.Referred(t, a, ann.ID, "1451", "`posts`")
		p.wantAnn(a)
	})
}
