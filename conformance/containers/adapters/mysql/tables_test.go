package mysql_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Ten processes start at once on an empty server. The database is missing, too.
func TestMigrateTogether(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.exec("DROP DATABASE `" + p.Name + "`")
		var processes []*adapter
		for range 10 {
			processes = append(processes, p.open())
		}
		var all sync.WaitGroup
		errs := make([]error, len(processes))
		for i, a := range processes {
			all.Go(func() { errs[i] = a.Migrate(t.Context()) })
		}
		all.Wait()
		for i, err := range errs {
			if err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		}
		servertest.OK(t, processes[0].Check(t.Context()))
		servertest.OK(t, processes[0].CreateUser(t.Context(), ann))
		servertest.OK(t, processes[9].Migrate(t.Context()))
		if got, err := processes[9].User(t.Context(), ann.ID); err != nil || got != ann {
			t.Errorf("after all have migrated: got %+v, %v", got, err)
		}
	})
}

// More is Person in a new release.
type More struct {
	Person
	Score           float64
	Joined          *string `db:"joined,unique,max=20"`
	Tags            []string
	A, B, C, D, E   string
	F, G, H, I, J   bool
	Last            int64
	First, Second   *int64
	Picture, Finger []byte
}

// An application's new release has more attributes: Migrate adds their columns
// and keeps the rows, also when all its processes start at once.
func TestMigrateAddsAttributes(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		var all sync.WaitGroup
		var processes []*spec.Store[More, Device]
		for range 6 {
			a, err := mysql.Open[More, Device](t.Context(), p.DSN, mysql.WithDatabase(p.Name))
			servertest.OK(t, err)
			defer a.Close()
			processes = append(processes, a)
		}
		servertest.WantClass(t, processes[0].Check(t.Context()), spec.ErrFailed, "Check before Migrate")
		for i, a := range processes {
			all.Go(func() {
				if err := a.Migrate(t.Context()); err != nil {
					t.Errorf("process %d: %v", i, err)
				}
			})
		}
		all.Wait()
		a := processes[0]
		servertest.OK(t, a.Check(t.Context()))
		got, err := a.User(t.Context(), ann.ID)
		if err != nil || got.Attributes.Person != ann.Attributes || got.Attributes.Score != 0 || got.Attributes.Joined != nil ||
			got.Attributes.Tags != nil || got.Attributes.A != "" || got.Attributes.Last != 0 || got.Attributes.Picture != nil {
			t.Errorf("the row that was there: got %+v, %v", got, err)
		}
	})
}

// Check says everything about tables that do not fit, in one error, and neither
// it nor Migrate touches them.
func TestCheckNamesEverything(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.open()
		p.exec(
			`CREATE TABLE users (
				id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY,
				email VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
				name VARCHAR(20) CHARACTER SET utf8mb4 NOT NULL,
				tenant TEXT NOT NULL) ENGINE=InnoDB`,
			`CREATE TABLE sessions (
				id VARBINARY(20) NOT NULL,
				user_id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin REFERENCES users (id) ON DELETE CASCADE,
				created_at DATETIME NOT NULL,
				active_until INT NOT NULL,
				expires_at BIGINT,
				name LONGTEXT CHARACTER SET latin1 NOT NULL) ENGINE=MyISAM`,
			`INSERT INTO users VALUES ('ann', 'ann@example.com', 'Ann', 'x')`,
		)
		for call, err := range map[string]error{"Check": a.Check(t.Context()), "Migrate": a.Migrate(t.Context())} {
			servertest.WantClass(t, err, spec.ErrFailed, call)
			text := strings.ReplaceAll(fmt.Sprint(err), "`", `"`)
			for _, part := range []string{ // of what is wrong, in the order of the tables above
				`users": column "id" has a collation`,
				`users": column "email" has a collation`,
				`users": column "email" is varchar(20)`,
				`users": column "email" is not unique`,
				`users": column "name" is varchar(20)`,
				`users": column "tenant" is NOT NULL without a default`,
				`sessions": is kept by MyISAM`,
				`sessions": column "id" is varbinary(20): shorter than the max of 255`,
				`sessions": column "id" is not unique`,
				`sessions": column "user_id" has a collation`,
				`sessions": column "created_at" is datetime`,
				`sessions": column "active_until" is int`,
				`sessions": column "expires_at" can be NULL`,
				`sessions": column "credential" is missing`,
				`sessions": column "name" is longtext CHARACTER SET latin1`,
				`sessions": column "expires_at" has no index`,
				`sessions": column "user_id" has no foreign key`, // an inline one is ignored
			} {
				if !strings.Contains(text, part) {
					t.Errorf("%s does not say: %s\nit says: %s", call, part, strings.ReplaceAll(text, "; ", "\n"))
				}
			}
		}
		var columns int
		servertest.OK(t, p.admin.QueryRowContext(t.Context(),
			`SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()`).Scan(&columns))
		if columns != 10 {
			t.Errorf("there are %d columns now, want the 10 of before", columns)
		}
	})
}

// bytewiseCollation returns the collation that VARCHAR columns can have.
func bytewiseCollation(s server) string {
	if strings.HasPrefix(s.name, "mysql") {
		return "utf8mb4_0900_bin"
	}
	return "utf8mb4_nopad_bin"
}

// An existing table of users with more columns is accepted, on a server that truncates and
// clamps values that do not fit.
func TestOthersTable(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, map[string][]string{"sql_mode": {"''"}})
		bin := " CHARACTER SET utf8mb4 COLLATE " + bytewiseCollation(s)
		p.exec(
			`CREATE TABLE users (
				tenant VARCHAR(10) NOT NULL DEFAULT 'none',
				name VARCHAR(5)`+bin+` NOT NULL,
				number BIGINT NOT NULL AUTO_INCREMENT,
				small SMALLINT NOT NULL,
				id VARBINARY(255) NOT NULL,
				note TEXT,
				email VARCHAR(254)`+bin+` NOT NULL,
				CONSTRAINT named CHECK (name <> 'Eve'),
				UNIQUE KEY (number),
				PRIMARY KEY (id),
				UNIQUE KEY theirs (email)) ENGINE=InnoDB`,
			`INSERT INTO users (id, name, email, note, small) VALUES ('old', 'Old', 'old@example.com', 'kept', 7)`)

		type Short struct {
			Email string `db:"email,unique,max=254"`
			Name  string `db:"name,max=5"`
			Small int64
		}
		a, err := mysql.Open[Short, Device](t.Context(), p.DSN, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, a.Migrate(t.Context())) // makes the sessions
		servertest.OK(t, a.Check(t.Context()))

		bob := spec.User[Short]{ID: "bob", Attributes: Short{"bob@example.com", "Bob", 1}}
		servertest.OK(t, a.CreateUser(t.Context(), bob))
		servertest.OK(t, a.CreateSession(t.Context(), spec.Session[Device]{ID: "s", UserID: "bob", CreatedAt: noon, Lease: lease}))
		servertest.WantClass(t, a.CreateUser(t.Context(), bob), spec.ErrUserExists, "CreateUser again")
		if got, err := a.User(t.Context(), "old"); err != nil || got.Attributes.Email != "old@example.com" {
			t.Errorf("User of a row that was there: got %+v, %v", got, err)
		}
		servertest.OK(t, a.UpdateUser(t.Context(), "old", Short{"new@example.com", "New", 7}, attr.All[Short]()))
		var note string
		servertest.OK(t, p.admin.QueryRowContext(t.Context(), `SELECT note FROM users WHERE id = 'old'`).Scan(&note))
		if note != "kept" {
			t.Errorf("the column that is not ours holds %q, want %q", note, "kept")
		}

		refused := func(kind spec.ConstraintKind, attribute string, v Short) {
			t.Helper()
			wantConstraint(t, a.CreateUser(t.Context(), spec.User[Short]{ID: "x", Attributes: v}), kind, attribute)
			if _, err := a.User(t.Context(), "x"); spec.ClassOf(err) != spec.ErrUserNotFound {
				t.Errorf("User of what was refused: %v", err)
			}
		}
		refused(spec.NotUnique, "Email", Short{"bob@example.com", "X", 1})
		refused(spec.CheckRule, "", Short{"eve@example.com", "Eve", 1})
		refused(spec.OutOfRange, "Small", Short{"x@example.com", "X", 1 << 15})
		wantConstraint(t, a.UpdateUser(t.Context(), "old", Short{Small: -1 << 40}, attr.All[Short]()), spec.OutOfRange, "Small")
		p.exec(`ALTER TABLE users MODIFY name VARCHAR(3)` + bin + ` NOT NULL`)
		refused(spec.TooLong, "Name", Short{"x@example.com", "Wxyz", 1})
		p.exec(`ALTER TABLE users MODIFY tenant VARCHAR(10) NOT NULL`)
		refused(spec.Null, "", Short{"x@example.com", "X", 1})
	})
}

// An existing unique key can have the name of another of our keys.
func TestOthersKeyNames(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.exec("CREATE TABLE users (id VARBINARY(255) NOT NULL, email VARBINARY(1016) NOT NULL, name LONGTEXT CHARACTER SET utf8mb4 NOT NULL, " +
			"UNIQUE KEY `users_email_key` (id), UNIQUE KEY `PRIMARY.x'` (email)) ENGINE=InnoDB")
		a := p.ready(p.open())
		servertest.WantClass(t, a.CreateUser(t.Context(), ann), spec.ErrUserExists, "CreateUser again")
		wantConstraint(t, a.CreateUser(t.Context(), spec.User[Person]{ID: "'PRIMARY'", Attributes: ann.Attributes}), spec.NotUnique, "Email")
	})
}

// DDL is for applications that run their own migrations. After its statements, Check
// succeeds and Migrate has nothing to do.
func TestDDLByHand(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		ddl, err := mysql.DDL[Person, Device](mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		p.exec(ddl...)
		a := p.open()
		servertest.OK(t, a.Check(t.Context()))
		got := servertest.Cost(t, p.Counts, func() error { return a.Migrate(t.Context()) })
		if got.Answers["CREATE"]+got.Answers["ALTER"] != 0 {
			t.Errorf("Migrate changed tables that were there: %+v", got)
		}
		p.ready(a)

		sessions, err := mysql.SessionsDDL[Device](mysql.WithDatabase(p.Name), mysql.WithTables("", "alone"))
		servertest.OK(t, err)
		p.exec(sessions...)
		alone, err := mysql.OpenSessions[Device](t.Context(), p.DSN, mysql.WithDatabase(p.Name), mysql.WithTables("", "alone"))
		servertest.OK(t, err)
		defer alone.Close()
		servertest.OK(t, alone.Check(t.Context()))
	})
}

// Tables and databases can have any name that MySQL accepts.
func TestOddNames(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		if s.name == "mariadb_10.11" {
			return // MariaDB 11.8 reads names as it does, and 72 tables take seconds
		}
		names := []string{
			"select", "Users", "a b", "a.b", `quo"te`, "back`tick", `'; DROP TABLE users; --`, "?", "$1", ":name", "@x", "%s", "{users}",
			"{0}", "\\", "weiß 名", strings.Repeat("x", 64), strings.Repeat("x", 63) + "y", strings.Repeat("ß", 32),
		}
		for i, name := range names {
			var options []mysql.Option
			if i%2 == 1 {
				if s.name != "mysql_9" {
					continue // the statements that are made so are the same on all
				}
				options = append(options, mysql.WithoutForeignKeys())
			}
			options = append(options, mysql.WithTables(name, names[(i+1)%len(names)]))
			servertest.Works(t, newPlace(t, s, nil).openPlain(options...))
		}
	})
}

// Names that MySQL does not accept are refused by the constructor.
func TestImpossibleNames(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		for name, option := range map[string]mysql.Option{
			"too long":              mysql.WithTables(strings.Repeat("x", 65), "s"),
			"empty":                 mysql.WithTables("u", ""),
			"NUL":                   mysql.WithTables("u\x00", "s"),
			"not UTF-8":             mysql.WithTables("u", "s\xff"),
			"the same":              mysql.WithTables("u", "u"),
			"the same but for case": mysql.WithTables("u", "U"),
			"a space at the end":    mysql.WithTables("u ", "s"),
			"beyond the BMP":        mysql.WithTables("u", "s😀"),
			"a database too long":   mysql.WithDatabase(strings.Repeat("x", 65)),
		} {
			a, err := mysql.Open[Person, Device](t.Context(), p.DSN, option)
			if spec.ClassOf(err) != spec.ErrInvalid {
				t.Errorf("%s: got %v", name, err)
			}
			if err == nil {
				a.Close()
			}
		}
	})
}
