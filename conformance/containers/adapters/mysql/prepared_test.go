package mysql_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Open prepares a statement once for each connection. If values could be changed on the
// way, or if the data source name says so, it writes values into statements instead.
func TestPreparedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, c := range []struct {
			engine, parameters string
			prepares           int
		}{
			{"", "", 1},
			{"", "collation=utf8mb4_bin", 1},
			{"", "interpolateParams=true", 0},
			{"", "charset=latin1", 0},
			{"mysql", "character_set_connection=utf16", 0},
			{"mariadb", "sql_mode='EMPTY_STRING_IS_NULL'", 0},
		} {
			if !strings.HasPrefix(s.name, c.engine) {
				continue
			}
			parameters, err := url.ParseQuery(c.parameters)
			servertest.OK(t, err)
			p := newPlace(t, s, parameters)
			a := p.ready(p.open())
			got := servertest.Cost(t, p.Counts, func() error {
				for range 3 {
					if _, _, err := a.SessionAndUser(t.Context(), phone.ID); err != nil {
						return err
					}
				}
				return nil
			})
			answers := map[string]int{"SELECT": 3}
			if c.prepares > 0 {
				answers["PREPARE"] = c.prepares
			}
			if got.RoundTrips != 3+c.prepares || !maps.Equal(got.Answers, answers) {
				t.Errorf("%q: got %+v, want %v", c.parameters, got, answers)
			}
		}
	})
}

// The tables change between two uses of a statement.
func TestTablesChange(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.ready(p.open(mysql.WithoutForeignKeys()))
		next := func(step string) {
			t.Helper()
			changed := Device{Name: step}
			servertest.OK(t, a.UpdateSession(t.Context(), phone.ID, changed, attr.All[Device]()))
			got, user, err := a.SessionAndUser(t.Context(), phone.ID)
			if err != nil || got.Attributes != changed || user != ann {
				t.Errorf("%s: got %+v, %+v, %v", step, got, user, err)
			}
		}
		next("at first")
		p.exec("ALTER TABLE sessions ADD COLUMN more VARBINARY(20) NOT NULL DEFAULT 'more' FIRST")
		next("with a column more")
		p.exec("ALTER TABLE users MODIFY COLUMN name VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT ''")
		next("with another type")
		p.exec("RENAME TABLE sessions TO sessions_old", "CREATE TABLE sessions LIKE sessions_old", "INSERT INTO sessions SELECT * FROM sessions_old")
		next("in another table")
		p.exec("DROP TABLE sessions")
		_, err := a.Session(t.Context(), phone.ID)
		wantCode(t, err, spec.ErrFailed, 1146, "1146", "Session without a table")
		err = a.UpdateSession(t.Context(), phone.ID, Device{}, attr.All[Device]())
		wantCode(t, err, spec.ErrFailed, 1146, "1146", "UpdateSession without a table")
		p.exec("RENAME TABLE sessions_old TO sessions")
		next("again")
	})
}

// A write whose context ends while its statement is being prepared was not run, so its
// outcome is known.
func TestEndedWhilePreparing(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, c := range []struct {
			name  string
			end   func(p *place, cancel context.CancelFunc, connection int64)
			class error
		}{
			{"the context ends", func(_ *place, cancel context.CancelFunc, _ int64) { cancel() }, context.Canceled},
			{"KILL", func(p *place, _ context.CancelFunc, connection int64) { p.exec(fmt.Sprint("KILL ", connection)) }, spec.ErrUnavailable},
		} {
			t.Run(c.name, func(t *testing.T) {
				p := newPlace(t, s, nil)
				p.ready(p.open())
				reader := p.other("SELECT 1 FROM users") // which the ALTER waits for, and what prepares waits for that
				altered := make(chan error)
				go func() {
					_, err := p.admin.Exec("ALTER TABLE " + p.Name + ".users ADD COLUMN more INT")
					altered <- err
				}()
				waiting := func(verb string) (connection int64) {
					for {
						for _, w := range p.processes(func(w process) bool {
							return strings.Contains(w.State.String, "metadata lock") && strings.Contains(w.Info.String, verb) && strings.Contains(w.Info.String, p.Name)
						}) {
							return w.ID
						}
						runtime.Gosched()
					}
				}
				waiting("ALTER")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				a := p.open()
				result := make(chan error)
				go func() { result <- a.UpdateUser(ctx, ann.ID, Person{Email: "x"}, attr.All[Person]()) }()
				c.end(p, cancel, waiting("UPDATE"))
				servertest.WantClass(t, <-result, c.class, "UpdateUser")
				servertest.OK(t, reader.Rollback())
				servertest.OK(t, <-altered)
				p.wantAnn(a)
			})
		}
	})
}

// The adapter works on a server that allows only three prepared statements in all. Updates
// with every mask keep at most 64 prepared statements on a connection.
func TestStatementsAreCounted(t *testing.T) {
	type wide struct{ A, B, C, D, E, F, G int }
	t.Parallel()
	for _, v := range []int{0, len(labVersions) - 1} { // a server takes three seconds to start
		v := labVersions[v]
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			server, err := servers.MySQLHost(t, v.mariadb, containers.MySQLOptions{Version: v.version}).Start(ctx, false, labArguments...)
			servertest.OK(t, err)
			defer server.Stop()
			db := servertest.OpenDB(t, "mysql", server.DSN)
			set := func(most string) {
				_, err := db.ExecContext(ctx, "SET GLOBAL max_prepared_stmt_count = "+most)
				servertest.OK(t, err)
			}
			prepared := func() (n int) {
				var name string
				servertest.OK(t, db.QueryRowContext(ctx, "SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'").Scan(&name, &n))
				return n
			}
			a, err := mysql.Open[wide, Device](ctx, server.DSN)
			servertest.OK(t, err)
			servertest.OK(t, a.Migrate(ctx))
			servertest.OK(t, a.CreateUser(ctx, spec.User[wide]{ID: "ann"}))
			fields := strings.Split("ABCDEFG", "")
			for subset := 1; subset < 1<<len(fields); subset++ {
				var names []string
				for i, name := range fields {
					if subset&(1<<i) != 0 {
						names = append(names, name)
					}
				}
				mask, err := attr.Fields[wide](names...)
				servertest.OK(t, err)
				want := wide{subset, subset, subset, subset, subset, subset, subset}
				servertest.OK(t, a.UpdateUser(ctx, "ann", want, mask))
			}
			if n := prepared(); n != 64 {
				t.Errorf("%d statements are prepared after 127 masks, want 64", n)
			}
			servertest.OK(t, a.Close())
			for prepared() > 0 { // until the server has ended the connection
				_, err := db.ExecContext(ctx, "DO SLEEP(0.02)")
				servertest.OK(t, err)
			}

			set("3")
			b, err := mysql.Open[Person, Device](ctx, server.DSN, mysql.WithTables("people", "visits"))
			servertest.OK(t, err)
			defer b.Close()
			servertest.OK(t, b.Migrate(ctx))
			for range 2 {
				for _, c := range calls(t, b) {
					if err := c.do(); err != nil {
						t.Errorf("%s where no more statements are prepared: %v", c.name, err)
					}
				}
			}
			if n := prepared(); n != 3 {
				t.Errorf("%d statements are prepared, want 3", n)
			}
			readOnlyStorage(t, server, v.mariadb) // here, because a server takes three seconds to start
		})
	}
}
