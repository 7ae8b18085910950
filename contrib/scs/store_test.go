package tenonscs_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	tenonscs "github.com/tenon-go/tenon/contrib/scs"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

var _ scs.CtxStore = (*tenonscs.Store)(nil)

type sessionStore = spec.SessionStore[tenonscs.Data]

func inMemory(t *testing.T) *sessionStore {
	t.Helper()
	s, err := memory.NewSessions[tenonscs.Data]()
	check(t, err)
	return s
}

func inFile(t *testing.T) *sessionStore {
	t.Helper()
	s, err := sqlite.OpenSessions[tenonscs.Data](t.Context(), filepath.Join(t.TempDir(), "sessions.db"))
	check(t, err)
	t.Cleanup(func() { s.Close() })
	check(t, s.Migrate(t.Context()))
	return s
}

func newStore(t *testing.T, sessions *sessionStore) *tenonscs.Store {
	t.Helper()
	s, err := tenonscs.New(sessions)
	check(t, err)
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantFound fails the test unless a token's session has this data. If want is nil, there
// must be no session.
func wantFound(t *testing.T, s *tenonscs.Store, token string, want []byte) {
	t.Helper()
	got, found, err := s.Find(token)
	if err != nil || found != (want != nil) || !bytes.Equal(got, want) {
		t.Errorf("found %q, %t, %v, want %q", got, found, err, want)
	}
}

// tokens has unusual strings, since a client can send any string.
var tokens = []string{"token", "", "\x00\xff", strings.Repeat("x", 5000), "SELECT '"}

// TestStore checks the properties that scs requires of a store, in memory and in a file.
// They are those that scs's tests check of its own stores.
func TestStore(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) *sessionStore{"memory": inMemory, "sqlite": inFile} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, open(t))
			soon := time.Now().Add(time.Minute)
			for _, token := range tokens {
				wantFound(t, s, token, nil)
				check(t, s.Delete(token)) // not an error without a session
				check(t, s.Commit(token, []byte("data"), soon))
				wantFound(t, s, token, []byte("data"))
				check(t, s.Commit(token, []byte{0xff, 0}, soon.Add(time.Minute)))
				wantFound(t, s, token, []byte{0xff, 0})
				wantFound(t, s, token+"x", nil)
				check(t, s.Delete(token))
				wantFound(t, s, token, nil)
				check(t, s.Commit(token, []byte("past"), time.Now().Add(-time.Millisecond)))
				wantFound(t, s, token, nil)
				check(t, s.Commit(token, []byte("again"), soon)) // on a row that has expired
				wantFound(t, s, token, []byte("again"))
			}
		})
	}
}

// A session is found until the expiry of its last commit, and can be swept from then on.
func TestExpiry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sessions := inMemory(t)
		s := newStore(t, sessions)
		manager, err := session.NewManagerWithoutUsers(sessions, session.Config{})
		check(t, err)
		swept := func(want int64) {
			t.Helper()
			if n, err := manager.Sweep(t.Context()); n != want || err != nil {
				t.Errorf("swept %d, %v, want %d", n, err, want)
			}
		}
		check(t, s.Commit("token", []byte("data"), time.Now().Add(time.Hour)))
		check(t, s.Commit("token", []byte("data"), time.Now().Add(time.Minute)))
		time.Sleep(time.Minute - time.Millisecond)
		wantFound(t, s, "token", []byte("data"))
		swept(0)
		check(t, s.Commit("token", []byte("data"), time.Now().Add(time.Minute)))
		time.Sleep(time.Minute - time.Millisecond)
		wantFound(t, s, "token", []byte("data"))
		time.Sleep(time.Millisecond)
		wantFound(t, s, "token", nil)
		swept(1)
	})
}

// The table contains no token, and its ids do not work as tokens.
func TestRowsHaveNoTokens(t *testing.T) {
	t.Parallel()
	seen := new(ids)
	sessions, err := spec.NewSessionStore[tenonscs.Data]("x", func(columns spec.Columns) (spec.SessionAdapter, error) {
		seen.SessionAdapter = memory.NewAdapter(columns)
		return seen, nil
	})
	check(t, err)
	s := newStore(t, sessions)
	check(t, s.Commit("token", []byte("data"), time.Now().Add(time.Minute)))
	// The SHA-256 of "token".
	if want := "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"; len(seen.created) != 1 || seen.created[0] != want {
		t.Fatalf("ids %q, want %s", seen.created, want)
	}
	wantFound(t, s, seen.created[0], nil)
	if _, ok := any(s).(scs.IterableStore); ok {
		t.Error("the store says that it knows all tokens")
	}
	if _, ok := any(s).(scs.IterableCtxStore); ok {
		t.Error("the store says that it knows all tokens")
	}
}

// ids is an adapter that records the ids of sessions, and calls a function once, before it
// creates a session.
type ids struct {
	spec.SessionAdapter
	created []string
	before  func()
}

func (i *ids) CreateSession(ctx context.Context, s spec.SessionRow) error {
	if do := i.before; do != nil {
		i.before = nil
		do()
	}
	i.created = append(i.created, s.ID)
	return i.SessionAdapter.CreateSession(ctx, s)
}

// Of two concurrent commits of the same new token, the last wins.
func TestCommitsOfANewToken(t *testing.T) {
	t.Parallel()
	adapter := new(ids)
	sessions, err := spec.NewSessionStore[tenonscs.Data]("x", func(columns spec.Columns) (spec.SessionAdapter, error) {
		adapter.SessionAdapter = memory.NewAdapter(columns)
		return adapter, nil
	})
	check(t, err)
	s := newStore(t, sessions)
	adapter.before = func() { check(t, s.Commit("token", []byte("first"), time.Now().Add(time.Minute))) }
	check(t, s.Commit("token", []byte("last"), time.Now().Add(time.Minute)))
	wantFound(t, s, "token", []byte("last"))
}

// After many concurrent calls, the store has the data of one of the commits, or nothing,
// consistent with the calls' results.
func TestCommitsAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t, inMemory(t))
	for range 50 {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if err := s.Commit("token", bytes.Repeat([]byte{byte(i)}, 9), time.Now().Add(time.Minute)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		data, found, err := s.Find("token")
		if err != nil || !found || len(data) != 9 || !bytes.Equal(data, bytes.Repeat(data[:1], 9)) {
			t.Fatalf("found %v, %t, %v", data, found, err)
		}
		check(t, s.Delete("token"))
	}
}

// Errors are those of the spec.SessionStore and of the context.
func TestErrors(t *testing.T) {
	t.Parallel()
	sessions := inMemory(t)
	s := newStore(t, sessions)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := func(class error) {
		t.Helper()
		_, found, err := s.FindCtx(ctx, "token")
		for _, err := range []error{err, s.CommitCtx(ctx, "token", nil, time.Now()), s.DeleteCtx(ctx, "token")} {
			if found || !errors.Is(err, class) {
				t.Errorf("found %t, %v, want %v", found, err, class)
			}
		}
	}
	want(context.Canceled)
	check(t, sessions.Close())
	want(spec.ErrClosed)
	if _, err := tenonscs.New(nil); err == nil {
		t.Error("New of nothing succeeded")
	}
}
