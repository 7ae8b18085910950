package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type device struct {
	Name string `db:"name,unique,max=40"`
}

func open(t *testing.T, url string) *spec.SessionStore[device] {
	t.Helper()
	store, err := OpenSessions[device](t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

var phone = spec.Session[device]{ID: "phone-id", UserID: "ann-id", CreatedAt: time.Unix(1, 0),
	Lease: spec.Lease{ActiveUntil: time.Unix(2, 0), ExpiresAt: time.Unix(3, 0)}}

// Each code has one class, whatever the command is. The detail is only the code.
func TestCodes(t *testing.T) {
	t.Parallel()
	type test struct {
		answer, code string
		class        error
	}
	tests := []test{
		{"-ERR max number of clients reached", "MAXCLIENTS", spec.ErrUnavailable},
		{"-ERR something about phone-id", "ERR", spec.ErrFailed},
		{"-WRONGTYPE Operation against a key", "WRONGTYPE", spec.ErrFailed},
		{"-OOM command not allowed", "OOM", spec.ErrFailed},
		{"-phone-id is odd", "", spec.ErrFailed},
	}
	for _, c := range codes {
		if c.Code != "MAXCLIENTS" && c.Code != "MOVED" && c.Code != "ASK" {
			tests = append(tests, test{"-" + c.Code + " about phone-id", c.Code, spec.ErrUnavailable})
		}
	}
	for _, test := range tests {
		t.Run(test.answer, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, map[string]string{"evalsha": test.answer + "\r\n", "hgetall": test.answer + "\r\n"})
			store := open(t, f.url())
			_, read := store.Session(t.Context(), "phone-id")
			for _, err := range []error{read, store.CreateSession(t.Context(), phone)} {
				if spec.ClassOf(err) != test.class {
					t.Errorf("got %v, want the class %v", err, test.class)
				}
				if strings.Contains(err.Error(), "phone-id") || !strings.Contains(err.Error(), test.code) {
					t.Errorf("the text %q has an id, or lacks the code", err)
				}
				if _, ok := errors.AsType[driver.Error](err); !ok {
					t.Error("the server's error is not reached")
				}
			}
			if n := f.count("evalsha"); n != 1 {
				t.Errorf("the script was sent %d times", n)
			}
		})
	}
}

// An answer that the client cannot read will be the same at the next try. A write may have
// been applied.
func TestUnreadableAnswers(t *testing.T) {
	t.Parallel()
	store := open(t, newFake(t, map[string]string{"hgetall": ":5\r\n", "zrange": "+phone-id\r\n", "evalsha": "?phone-id\r\n"}).url())
	_, session := store.Session(t.Context(), phone.ID)
	_, list := store.UserSessions(t.Context(), phone.UserID)
	for _, test := range []struct{ err, class error }{
		{session, spec.ErrFailed}, {list, spec.ErrFailed}, {store.CreateSession(t.Context(), phone), spec.ErrIndeterminate},
	} {
		if spec.ClassOf(test.err) != test.class {
			t.Errorf("got %v, want the class %v", test.err, test.class)
		}
		if strings.Contains(test.err.Error(), "phone-id") {
			t.Errorf("the text %q has an id", test.err)
		}
	}
}

// A server that does not know a script gets its source.
func TestUnknownScript(t *testing.T) {
	t.Parallel()
	f := newFake(t, map[string]string{"evalsha": "-NOSCRIPT No matching script.\r\n", "eval": bulk("done")})
	store := open(t, f.url())
	if err := store.CreateSession(t.Context(), phone); err != nil {
		t.Error(err)
	}
	if hashes, sources := f.count("evalsha"), f.count("eval"); hashes != 1 || sources != 1 {
		t.Errorf("sent the hash %d times and the script %d times", hashes, sources)
	}
}

// If the server closes the connection, a script may have run, and a read has no answer.
// The client would retry both.
func TestHangsUp(t *testing.T) {
	t.Parallel()
	f := newFake(t, map[string]string{"evalsha": "", "hgetall": ""})
	store := open(t, f.url())
	if err := store.CreateSession(t.Context(), phone); spec.ClassOf(err) != spec.ErrIndeterminate {
		t.Errorf("a write: %v", err)
	}
	if _, err := store.Session(t.Context(), "phone-id"); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Errorf("a read: %v", err)
	}
	if n := f.count("evalsha"); n != 1 {
		t.Errorf("the script was sent %d times", n)
	}
	if n := f.count("hgetall"); n < 2 {
		t.Error("the client does not try reads again, so that it shows nothing about scripts")
	}
}

// A call to a server that is down sends nothing.
func TestDown(t *testing.T) {
	t.Parallel()
	f := newFake(t, nil)
	client := driver.NewClient(&driver.Options{Addr: f.listener.Addr().String(), DialerRetries: 1, MaxRetries: -1, PoolSize: 1})
	defer client.Close()
	store, err := NewSessions[device](t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	f.answers["evalsha"] = ""
	f.mu.Unlock()
	f.listener.Close()
	store.CreateSession(t.Context(), phone) // ends the one connection
	if err := store.CreateSession(t.Context(), phone); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Errorf("got %v", err)
	}
}

// An error of opening a store names the reason, and contains no secret.
func TestRefused(t *testing.T) {
	t.Parallel()
	plain := newFake(t, nil)
	cluster := newFake(t, map[string]string{"info": bulk("redis_version:8.0.2\r\ncluster_enabled:1\r\n")})
	single := driver.NewClient(&driver.Options{Addr: cluster.listener.Addr().String()})
	defer single.Close()
	many := driver.NewClusterClient(&driver.ClusterOptions{Addrs: []string{plain.listener.Addr().String()}, ReadOnly: true})
	defer many.Close()
	caching := driver.NewClient(&driver.Options{Addr: plain.listener.Addr().String(), ClientSideCacheConfig: &driver.ClientSideCacheConfig{}})
	defer caching.Close()
	ring := driver.NewRing(&driver.RingOptions{})
	defer ring.Close()
	for name, open := range map[string]func(context.Context) (*spec.SessionStore[device], error){
		"a URL that does not parse": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return OpenSessions[device](ctx, "redis://me:hunter2@[::1")
		},
		"another scheme": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return OpenSessions[device](ctx, "postgres://me:hunter2@127.0.0.1")
		},
		"a prefix with braces": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return OpenSessions[device](ctx, plain.url(), WithPrefix("{hunter2"))
		},
		"a client of one server of a Cluster": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return NewSessions[device](ctx, single)
		},
		"reads from replicas": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return NewSessions[device](ctx, many)
		},
		"reads from a cache": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return NewSessions[device](ctx, caching)
		},
		"a ring": func(ctx context.Context) (*spec.SessionStore[device], error) {
			return NewSessions[device](ctx, ring)
		},
	} {
		_, err := open(t.Context())
		if spec.ClassOf(err) != spec.ErrInvalid {
			t.Errorf("%s: got %v, want the class %v", name, err, spec.ErrInvalid)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "hunter2") {
			t.Errorf("%s: the text has the secret: %v", name, err)
		}
	}
	if _, err := OpenAdapter(t.Context(), plain.url(), spec.Columns{Users: []attr.Field{}}); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("users: %v", err)
	}
}

// Check refuses a server that deletes any key when its memory is full.
func TestCheck(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]error{"noeviction": nil, "volatile-lru": nil, "allkeys-lru": spec.ErrFailed} {
		f := newFake(t, map[string]string{"info": bulk("redis_version:8.0.2\r\nmaxmemory_policy:" + policy + "\r\n"), "get": bulk("1")})
		err := open(t, f.url()).Check(t.Context())
		if spec.ClassOf(err) != want || want != nil && !strings.Contains(err.Error(), policy) {
			t.Errorf("%s: %v", policy, err)
		}
	}
}

// Check and Migrate refuse a store with another layout.
func TestLayout(t *testing.T) {
	t.Parallel()
	for found, want := range map[string]error{bulk("1"): nil, bulk("256"): spec.ErrFailed, "$-1\r\n": spec.ErrFailed} {
		store := open(t, newFake(t, map[string]string{"get": found, "setnx": ":0\r\n"}).url())
		if err := store.Check(t.Context()); spec.ClassOf(err) != want {
			t.Errorf("Check of %q: %v", found, err)
		}
		if err := store.Migrate(t.Context()); spec.ClassOf(err) != want {
			t.Errorf("Migrate of %q: %v", found, err)
		}
	}
}
