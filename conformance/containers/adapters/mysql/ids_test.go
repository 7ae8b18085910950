package mysql_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

const (
	aUUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
	// An application's own columns of users.
	theirs = `,
		created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
		email VARBINARY(1016) NOT NULL UNIQUE,
		name LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
		plan VARCHAR(20) NOT NULL DEFAULT 'free') ENGINE=InnoDB`
)

// owned returns the session phone for another user.
func owned(id, userID string) spec.Session[Device] {
	s := phone
	s.ID, s.UserID = id, userID
	return s
}

// Existing tables of users can have ids of any of these types. The sessions' user_id must
// have exactly the same type, or the foreign key would be impossible.
func TestUserIDsOfOthers(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		integers, uuids, binary := mysql.WithUserIDs(mysql.IntegerIDs), mysql.WithUserIDs(mysql.UUIDs), mysql.WithUserIDs(mysql.BinaryUUIDs)
		for _, c := range []struct {
			typ    string
			option mysql.Option
			id     string
			other  string // an id that no user has
			like   []string
		}{
			{"BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY", integers, "-42", "44", translate.LikeInteger(-42)},
			{"BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY", integers, "0", "44", nil},
			{"BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY", integers, "42", "44", translate.LikeInteger(42)},
			{"BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY", integers, "9223372036854775807", "44", nil},
			{"INT UNSIGNED NOT NULL PRIMARY KEY", integers, "4294967295", "4294967294", nil},
			{"INT NOT NULL UNIQUE", integers, "42", "2147483648", translate.LikeInteger(42)},
			{"CHAR(36) NOT NULL PRIMARY KEY", uuids, aUUID, strings.Replace(aUUID, "0f", "1f", 1), translate.LikeUUID(aUUID)},
			{"VARCHAR(40) CHARACTER SET latin1 NOT NULL PRIMARY KEY", uuids, aUUID, strings.Replace(aUUID, "0f", "1f", 1), translate.LikeUUID(aUUID)},
			{"BINARY(16) NOT NULL PRIMARY KEY", binary, aUUID, strings.Replace(aUUID, "0f", "1f", 1), translate.LikeUUID(aUUID)},
		} {
			p := newPlace(t, s, nil)
			p.exec("CREATE TABLE users (id " + c.typ + theirs)
			a, err := mysql.Open[Person, Device](t.Context(), p.DSN, mysql.WithDatabase(p.Name), c.option)
			servertest.OK(t, err)
			defer a.Close()
			ctx := t.Context()
			servertest.OK(t, a.Migrate(ctx))
			servertest.OK(t, a.Check(ctx))
			user := spec.User[Person]{ID: c.id, Attributes: ann.Attributes}
			servertest.OK(t, a.CreateUser(ctx, user))
			servertest.WantClass(t, a.CreateUser(ctx, user), spec.ErrUserExists, c.typ+": CreateUser again")
			servertest.OK(t, a.CreateSession(ctx, owned("phone", c.id)))
			servertest.OK(t, a.CreateSession(ctx, owned("of no user", "")))
			servertest.WantClass(t, a.CreateSession(ctx, owned("x", c.other)), spec.ErrUserNotFound, c.typ+": CreateSession of an unknown user")
			if c.like != nil {
				translate.OnlyCanonical(t, a, c.id, c.like)
			}
			if s, u, err := a.SessionAndUser(ctx, "phone"); err != nil || s.UserID != c.id || u != user {
				t.Errorf("%s: SessionAndUser: got %+v and %+v, %v", c.typ, s, u, err)
			}
			servertest.OK(t, a.DeleteUser(ctx, c.id))
			_, err = a.Session(ctx, "phone")
			servertest.WantClass(t, err, spec.ErrSessionNotFound, c.typ+": Session of a user that was deleted")
		}
	})
}

// An integer that is out of the column's range is not the id of a user.
func TestNarrowUserIDs(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, map[string][]string{"sql_mode": {"''"}})
		p.exec("CREATE TABLE users (id INT UNSIGNED PRIMARY KEY" + theirs)
		a, err := mysql.Open[Person, Device](t.Context(), p.DSN, mysql.WithDatabase(p.Name), mysql.WithUserIDs(mysql.IntegerIDs))
		servertest.OK(t, err)
		defer a.Close()
		ctx := t.Context()
		servertest.OK(t, a.Migrate(ctx))
		for _, id := range []string{"4294967296", "-1"} {
			servertest.WantClass(t, a.CreateUser(ctx, spec.User[Person]{ID: id}), spec.ErrInvalid, "CreateUser")
			servertest.WantClass(t, a.CreateSession(ctx, owned("x", id)), spec.ErrUserNotFound, "CreateSession")
			_, err := a.User(ctx, id)
			servertest.WantClass(t, err, spec.ErrUserNotFound, "User")
			servertest.OK(t, a.DeleteUser(ctx, id))
		}
	})
}

// Check requires the columns of ids to have the type of the option.
func TestCheckOfUserIDs(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.exec("CREATE TABLE users (id DECIMAL(20) PRIMARY KEY" + theirs)
		for finding, options := range map[string][]mysql.Option{
			"is decimal(20,0): a value of kind string needs VARBINARY(255)": nil,
			"is decimal(20,0): a value of kind int needs BIGINT":            {mysql.WithUserIDs(mysql.IntegerIDs)},
			"is decimal(20,0): a value of kind UUID needs CHAR(36)":         {mysql.WithUserIDs(mysql.UUIDs)},
			"is decimal(20,0): a value of kind bytes needs BINARY(16)":      {mysql.WithUserIDs(mysql.BinaryUUIDs)},
		} {
			err := p.open(options...).Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), finding) {
				t.Errorf("got %v, want %q", err, finding)
			}
		}
	})
}
