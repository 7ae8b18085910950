package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/hinttest"
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
			{"users (id INT UNSIGNED PRIMARY KEY)", "if the ids of users are integers, pass WithIntegerUserIDs"},
			{"users (id CHAR(36) PRIMARY KEY)", "if the ids of users are UUIDs, pass WithUUIDUserIDs"},
			{"users (id BINARY(16) PRIMARY KEY)", "if the ids of users are UUIDs, pass WithBinaryUUIDUserIDs"},
			{"sessions (token CHAR(43) PRIMARY KEY, data BLOB NOT NULL, expiry TIMESTAMP(6) NOT NULL)", "pass other names with WithTables"}, // scs's
		} {
			p := newPlace(t, s, nil)
			p.exec("CREATE TABLE " + test.table)
			hinttest.Says(t, p.open(), test.want)
		}
	})
}
