package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Missing files and tables are refused, and nothing is written.
func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	l := versions["2"]
	path := l.write(t)
	dir := filepath.Dir(path)
	before, err := os.ReadFile(path)
	check(t, err)
	missing := filepath.Join(dir, "lucai.db")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"file":               {l.args(missing), "lucai.db"},
		"file of a URI":      {l.args("file:" + missing), "lucai.db"},
		"file to move to":    {append(l.args(path), "-to", missing), "lucai.db"},
		"table of users":     {[]string{"-from", path, "-lucia", l.sessions}, "-users"},
		"table of sessions":  {[]string{"-from", path, "-lucia", "none", "-users", l.users}, "Lucia's table"},
		"users to refer to":  {append(l.args(path), "-users", "auth_user"), "-users"},
		"sessions of Lucia":  {append(l.args(path), "-lucia", "user_key"), "its columns are"},
		"path with question": {l.args(missing + "?x"), "question mark"},
	} {
		err := run(t.Context(), test.args, new(strings.Builder), now)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the database is another, %v", name, err)
		}
	}
	files, err := fs.Glob(os.DirFS(dir), "*")
	check(t, err)
	if len(files) != 1 {
		t.Errorf("there are files %q", files)
	}
}

// It is an error if no session is moved and none has been moved before.
func TestNothingMoved(t *testing.T) {
	t.Parallel()
	l := versions["2"]
	for name, statement := range map[string]string{
		"no session":           `DELETE FROM user_session`,
		"all expired":          `UPDATE user_session SET active_expires = 1, idle_expires = 1`,
		"all of unknown users": `UPDATE user_session SET user_id = 'gonesid'`,
		"none with a token":    `UPDATE user_session SET id = 'x' || id`,
	} {
		path := l.write(t)
		exec(t, path, statement)
		var out strings.Builder
		err := run(t.Context(), l.args(path), &out, now)
		if err == nil || !strings.Contains(err.Error(), "no session was moved") || !strings.HasPrefix(out.String(), "0 sessions moved, 0") {
			t.Errorf("%s: %v, after %s", name, err, out.String())
		}
	}
}

// The error for a row that cannot be moved names its position, and not its id, which is
// the cookie.
func TestRowsThatCannotBeMoved(t *testing.T) {
	t.Parallel()
	const sessions = `
		CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL);
		INSERT INTO user VALUES ('annsid', 'ann');
		CREATE TABLE session (id TEXT, expires_at, user_id TEXT, country TEXT);
		INSERT INTO session VALUES ('%s', '2099-01-02 03:04:05', 'annsid', 'NZ');
		INSERT INTO session VALUES ('%s', %s)`
	for name, test := range map[string]struct{ values, want string }{
		"no time":       {"NULL, 'annsid', 'NZ'", `column index 1, name "expires_at": NULL is not a time`},
		"another time":  {"'tomorrow', 'annsid', 'NZ'", `name "expires_at": a string that is not a time`},
		"no user":       {"4102444800, NULL, 'NZ'", `name "user_id"`},
		"no attribute":  {"4102444800, 'annsid', x'00ff'", "attribute Country"},
		"invalid lease": {"4102444800000000000, 'annsid', 'NZ'", "create session"},
	} {
		path := filepath.Join(t.TempDir(), "lucia.db")
		exec(t, path, fmt.Sprintf(sessions, annsLaptop, bobs, test.values))
		err := run(t.Context(), []string{"-from", path, "-lucia", "session", "-users", "user"}, new(strings.Builder), now)
		if err == nil || !strings.Contains(err.Error(), "row 2 ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want row 2 and %q", name, err, test.want)
		}
		if err != nil && (strings.Contains(err.Error(), bobs[:5]) || strings.Contains(err.Error(), "tomorrow")) {
			t.Errorf("%s: there is a value in %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "lucia.db")
	exec(t, path, fmt.Sprintf(sessions, annsLaptop, bobs, fmt.Sprintf("'%s', 'annsid', 'NZ'", now.Add(time.Hour).In(time.FixedZone("", -7200)).Format("2006-01-02 15:04:05-07"))))
	var out strings.Builder
	check(t, run(t.Context(), []string{"-from", path, "-lucia", "session", "-users", "user"}, &out, now))
	if !strings.HasPrefix(out.String(), "2 sessions moved") {
		t.Errorf("a time with an offset: %s", out.String())
	}
}
