package storage_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// If the old session cannot be ended, the new one is withdrawn.
func TestRegenerateThatFailsLeavesTheOldSession(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		id := f.row(t)
		calls := []string{"create", "swap"}
		if f.kind == "callbacks" {
			calls = []string{"create", "read", "delete"}
		}
		var s *storage.Session
		for _, call := range calls {
			s = f.load(t, b.cookie())
			s.Regenerate()
			f.calls.failOnce(call, spec.ErrUnavailable)
			if err := f.commit(t, s); !errors.Is(err, spec.ErrUnavailable) {
				t.Errorf("%s fails: %v", call, err)
			}
			if f.row(t) != id {
				t.Errorf("%s fails: another row", call)
			}
		}
		b.want("/get?cart=", "1")
		check(t, f.commit(t, s)) // the next commit regenerates it
		if f.row(t) == id {
			t.Error("the id is the same")
		}
	})
}

func TestDestroyThatFailsSaysSo(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		call := map[string]string{"callbacks": "delete"}[f.kind]
		if call == "" {
			call = "swap"
		}
		f.calls.failWith(call, spec.ErrUnavailable)
		want := spec.ErrUnavailable.Error()
		if f.kind != "callbacks" {
			want = "test: swap lease: " + want
		}
		if cookies := b.want("/destroy", want); len(cookies) != 0 {
			t.Errorf("cookies %q", cookies)
		}
		f.calls.failWith(call, nil)
		b.want("/get?cart=", "1")
	})
}

// A session has ended for all requests even if its row could not be deleted.
func TestDeletionThatFailsEndsTheSession(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		for _, step := range []string{"/destroy", "/regenerate?="} {
			b := browse(t, f.pages())
			b.want("/set?cart=1", "<nil>")
			thief := b.openAnother()
			thief.keep(b.cookie())
			f.calls.failOnce("delete", spec.ErrUnavailable)
			if cookies := b.want(step, "<nil>"); len(cookies) != 1 {
				t.Errorf("%s: cookies %q", step, cookies)
			}
			thief.want("/get?cart=", "<nil>")
		}
	})
}

// Get and Commit return the errors of the store, and then change nothing for the client.
func TestStoreErrors(t *testing.T) {
	cause := ownError("of the store")
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		s := f.New()
		check(t, s.Set("cart", 1))
		f.calls.failOnce("create", cause)
		if err := f.commit(t, s); !causedBy(err, cause) {
			t.Errorf("create: %v", err)
		}
		check(t, f.commit(t, s)) // changes that were not stored are stored by the next commit
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")

		f.calls.failOnce("read", cause)
		if s, err := f.Get(request(b.cookie())); s != nil || !causedBy(err, cause) {
			t.Errorf("read: %v %v", s, err)
		}
		before := "1"
		for _, call := range []string{"swap", "update"} {
			if f.kind == "callbacks" && call == "swap" {
				continue
			}
			s := f.load(t, b.cookie())
			check(t, s.Set("cart", call))
			f.calls.failOnce(call, cause)
			if err := f.commit(t, s); !causedBy(err, cause) {
				t.Errorf("%s: %v", call, err)
			}
			b.want("/get?cart=", before)
			check(t, f.commit(t, s))
			b.want("/get?cart=", call)
			before = call
		}
	})
}

// A canceled request stores nothing.
func TestCommitOfACancelledRequest(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		s := f.New()
		check(t, s.Set("cart", 1))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		w := httptest.NewRecorder()
		err := f.Commit(w, request("").WithContext(ctx), s)
		if !errors.Is(err, context.Canceled) || len(w.Header()) != 0 || len(f.rows.ids()) != 0 {
			t.Errorf("%v, header %v, %d rows", err, w.Header(), len(f.rows.ids()))
		}
	})
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	good := storage.Cookie{Secrets: []string{secret}}
	if st, err := storage.New(nil, good); st != nil || err == nil || !strings.Contains(err.Error(), "no store") {
		t.Errorf("no store: %v %v", st, err)
	}
	all := new(table).callbacks(newCalls())
	if _, err := storage.NewWithCallbacks(all, good); err != nil {
		t.Error(err)
	}
	for name, drop := range map[string]func(*storage.Callbacks){
		"create": func(c *storage.Callbacks) { c.Create = nil },
		"read":   func(c *storage.Callbacks) { c.Read = nil },
		"update": func(c *storage.Callbacks) { c.Update = nil },
		"delete": func(c *storage.Callbacks) { c.Delete = nil },
	} {
		callbacks := all
		drop(&callbacks)
		if st, err := storage.NewWithCallbacks(callbacks, good); st != nil || err == nil {
			t.Errorf("without %s: %v %v", name, st, err)
		}
	}
}

// An id that is empty or would not be decoded unchanged is refused before a client gets it.
func TestCallbackCreateReturnsABadID(t *testing.T) {
	t.Parallel()
	deleted := ""
	callbacks := new(table).callbacks(newCalls())
	callbacks.Delete = func(_ context.Context, id string) error { deleted = id; return nil }
	for _, id := range []string{"", "\xff", strings.Repeat("x", 5000)} {
		callbacks.Create = func(context.Context, storage.Data, time.Time) (string, error) { return id, nil }
		st, err := storage.NewWithCallbacks(callbacks, storage.Cookie{Secrets: []string{secret}})
		check(t, err)
		s := st.New()
		check(t, s.Set("cart", 1))
		w := httptest.NewRecorder()
		if err := st.Commit(w, request(""), s); err == nil || len(w.Header()) != 0 {
			t.Errorf("id of %d bytes: %v %v", len(id), err, w.Header())
		}
	}
	if len(deleted) != 5000 {
		t.Error("a session whose id is too long for the cookie was not withdrawn")
	}
}

// A session whose id no client gets is withdrawn, even if the request has been canceled.
func TestWithdrawalOutlivesTheRequest(t *testing.T) {
	t.Parallel()
	rows := new(table)
	callbacks := rows.callbacks(newCalls())
	st, err := storage.NewWithCallbacks(callbacks, storage.Cookie{Secrets: []string{secret}})
	check(t, err)
	s := st.New()
	check(t, s.Set("cart", 1))
	check(t, st.Commit(httptest.NewRecorder(), request(""), s))

	ctx, cancel := context.WithCancel(t.Context())
	remove := callbacks.Delete
	callbacks.Delete = func(ctx context.Context, id string) error {
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
		return remove(ctx, id)
	}
	st, err = storage.NewWithCallbacks(callbacks, storage.Cookie{Secrets: []string{secret}})
	check(t, err)
	before := rows.ids()
	s.Regenerate()
	if err := st.Commit(httptest.NewRecorder(), request("").WithContext(ctx), s); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := rows.ids(); !slices.Equal(got, before) {
		t.Errorf("rows %v, want %v", got, before)
	}
}

// Callbacks can keep the data that they are given, and return it.
func TestCallbacksOwnTheirData(t *testing.T) {
	t.Parallel()
	var kept storage.Data
	f := fixture{}
	var err error
	f.Storage, err = storage.NewWithCallbacks(storage.Callbacks{
		Create: func(_ context.Context, data storage.Data, _ time.Time) (string, error) {
			kept = data
			return "id", nil
		},
		Read: func(context.Context, string) (storage.Data, bool, error) { return kept, true, nil },
		Update: func(_ context.Context, _ string, data storage.Data, _ time.Time) (bool, error) {
			kept = data
			return true, nil
		},
		Delete: func(context.Context, string) error { return nil },
	}, storage.Cookie{Secrets: []string{secret}})
	check(t, err)
	s := f.New()
	for _, step := range []string{"create", "update"} {
		check(t, errors.Join(s.Set("cart", step), s.Flash("message", step)))
		cookie, err := f.commitTo(s)
		check(t, err)
		read := f.load(t, cookie)
		for _, session := range []*storage.Session{s, read} {
			session.Get("message")
			session.Unset("message")
			check(t, session.Set("cart", "later"))
		}
		if len(kept.Flash) != 1 || string(kept.Values["cart"]) != `"`+step+`"` {
			t.Errorf("%s: what was kept became %s", step, kept)
		}
	}
}
