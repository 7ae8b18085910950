package main

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// pageSQL returns the block of SQL in docs/from-lucia.md that begins with this
// comment.
func pageSQL(t *testing.T, comment string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/from-lucia.md")
	check(t, err)
	_, after, found := strings.Cut(string(page), "```sql\n-- "+comment+"\n")
	block, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatalf("the page has no block of SQL that begins with %q", comment)
	}
	return block
}

// TestPage compares the code of the page with the code that the tests run.
func TestPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/from-lucia.md")
	check(t, err)
	var source strings.Builder
	for _, file := range []string{"types.go", "page_test.go", "password/password.go"} {
		text, err := os.ReadFile(file)
		check(t, err)
		source.Write(text)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 4 {
		t.Fatalf("found %d blocks of code in the page", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(source.String(), block[1]) {
			t.Errorf("this code of the page is not in the module:\n%s", block[1])
		}
	}
}

// openAsThePage opens the tables that Lucia 2 and 3 had.
func openAsThePage(ctx context.Context) (*spec.Store[User, Session], error) {
	db, err := sqlite.Open[User, Session](ctx, "app.db", sqlite.WithTables("user", "sessions"))
	if err != nil {
		return nil, err
	}
	err = db.Migrate(ctx) // makes "sessions"; says what in "user" does not fit, and then does nothing
	return db, err
}

// readLuciasCookies returns a handler that reads Lucia's cookies and sets Tenon's.
func readLuciasCookies(manager *session.Manager[User, Session]) (*web.Auth[User, Session], error) {
	auth, err := web.New(manager, web.Config{FormerNames: []string{"auth_session"}})
	return auth, err
}

// periodsOfLucia3 is a configuration with Lucia 3's periods.
func periodsOfLucia3() session.Config {
	config := session.Config{
		Active:   15 * 24 * time.Hour,
		Idle:     15 * 24 * time.Hour,
		Absolute: session.NoAbsolute, // Lucia had none
	}
	return config
}

func TestOpenAsThePage(t *testing.T) {
	t.Chdir(t.TempDir())
	exec(t, "app.db", versions["3"].tables[0])
	db, err := openAsThePage(t.Context())
	check(t, err)
	check(t, db.Close())
}

// Lucia 3 renews a session in the second half of its 30 days, and never ends a session
// that is in use.
func TestPeriodsOfLucia3(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	l := versions["3"]
	path := l.write(t)
	check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
	clock := now
	m := l.open(t, path, &clock, periodsOfLucia3())
	expires := now.Add(30 * day) // bob's
	for _, step := range []struct {
		after   time.Duration
		renewed bool
	}{{0, true}, {14 * day, false}, {15*day - 1, false}, {15 * day, true}, {44 * day, true}, {58 * day, false}, {60 * day, true}} {
		clock = now.Add(step.after)
		if step.renewed {
			expires = clock.Add(30 * day)
		}
		s, _, err := validate(t, m, bobs)
		if err != nil || s.Fresh != step.renewed || !s.ExpiresAt.Equal(expires) {
			t.Fatalf("after %v: renewed %t until %v, %v; want %t until %v", step.after, s.Fresh, s.ExpiresAt, err, step.renewed, expires)
		}
	}
	for range 10 { // long after 30 days from the sign-in
		clock = clock.Add(29 * day)
		if _, _, err := validate(t, m, bobs); err != nil {
			t.Fatal(err)
		}
	}
	clock = clock.Add(30 * day)
	if _, _, err := validate(t, m, bobs); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("30 days after it was used: %v", err)
	}
}
