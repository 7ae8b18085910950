package tenongorilla_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/sessions"

	tenongorilla "github.com/tenon-go/tenon/contrib/gorilla"
	"github.com/tenon-go/tenon/session"
)

var _ sessions.Store = (*tenongorilla.Store)(nil)

// TestBrowser goes through the life of a session.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := browse(t, newStore(t, inMemory(t), key), nil)
	if b.want("/new", "true"); b.cookie() != "" {
		t.Error("a session begins before it is saved")
	}
	c := b.want("/put?cart=tea", "").cookies
	if len(c) != 1 || c[0].MaxAge != 30*86400 || c[0].Path != "/" || !c[0].Secure || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies %v", c)
	}
	first := b.cookie()
	b.want("/get?cart", "tea")
	b.want("/new", "false")
	b.want("/put?other=1", "")
	b.want("/get?cart", "tea")

	b.want("/flash?Saved.", "")
	b.want("/flash?Again.", "")
	b.want("/flashes", "[Saved. Again.]")
	b.want("/flashes", "[]")

	b.want("/renew", "")
	if b.cookie() == first {
		t.Error("the cookie is the old one")
	}
	b.want("/get?cart", "tea")
	b.with(first).want("/get?cart", "<nil>")

	last := b.cookie()
	if c := b.want("/delete", "").cookies; len(c) != 1 || c[0].MaxAge >= 0 || b.cookie() != "" {
		t.Errorf("cookies %v", c)
	}
	b.want("/get?cart", "<nil>")
	b.with(last).want("/new", "true")
	b.want("/delete", "") // without a session it is no error
}

// For a cookie that the store did not make, there is an error, and a new session whose id
// the client did not choose.
func TestTamperedCookies(t *testing.T) {
	t.Parallel()
	store := newStore(t, inMemory(t), key)
	b := browse(t, store, nil)
	b.want("/put?cart=tea", "")
	ours := b.cookie()
	other := newStore(t, inMemory(t), otherKey)
	forged := browse(t, other, nil)
	forged.want("/put?cart=tea", "")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	w := httptest.NewRecorder()
	s, err := store.New(r, "another")
	check(t, err)
	check(t, s.Save(r, w))
	for what, value := range map[string]string{
		"changed":      strings.ToLower(ours),
		"cut":          ours[:len(ours)-4],
		"an id alone":  "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"empty":        "",
		"another's":    forged.cookie(),
		"another name": w.Result().Cookies()[0].Value,
	} {
		b := b.with(value)
		got := b.get("/get?cart")
		if got.status != http.StatusOK || got.body != "<nil>" || got.loading == "" {
			t.Errorf("%s: %+v", what, got)
		}
		b.get("/put?cart=mine")
		b.want("/get?cart", "mine")
		if b.cookie() == value {
			t.Errorf("%s: was adopted", what)
		}
	}
	b.want("/get?cart", "tea")
}

// Cookies of every pair of keys are accepted. New cookies use the first pair.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	rows := inMemory(t)
	encryption := []byte("0123456789abcdef")
	before := browse(t, newStore(t, rows, key), nil)
	before.want("/put?cart=tea", "")
	both := browse(t, newStore(t, rows, otherKey, encryption, key), nil).with(before.cookie())
	both.want("/get?cart", "tea")
	after := browse(t, newStore(t, rows, otherKey, encryption), nil)
	if got := after.with(both.cookie()).get("/get?cart"); got.loading == "" || got.body != "<nil>" {
		t.Errorf("with the old key's cookie: %+v", got)
	}
	both.want("/put?other=1", "")
	after.with(both.cookie()).want("/get?cart", "tea")
}

// Concurrent requests of one browser do not fail, and never get another browser's
// session.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	b := browse(t, newStore(t, inMemory(t), key), nil)
	b.want("/put?name=ann", "")
	other := newBrowser(t, b.http.Transport, b.at.String())
	other.want("/put?name=bea", "")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				b.want("/put?visited=yes", "")
				b.want("/get?name", "ann")
				other.want("/put?visited=yes", "")
				other.want("/get?name", "bea")
			}
		})
	}
	all.Wait()
	b.want("/get?visited", "yes")
}

// A request that is in progress when another deletes its session does not create the
// session again.
func TestDeletedDuringARequest(t *testing.T) {
	t.Parallel()
	store := newStore(t, inMemory(t), key)
	loaded, proceed := make(chan struct{}), make(chan struct{})
	b := browse(t, store, map[string]http.HandlerFunc{"/slow": func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r, name)
		if err == nil {
			close(loaded)
			<-proceed
			s.Values["visited"] = "yes"
			err = s.Save(r, w)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}})
	b.want("/put?cart=tea", "")
	same := b.with(b.cookie())
	var slow sync.WaitGroup
	slow.Go(func() {
		if got := same.get("/slow"); got.status != http.StatusInternalServerError || !strings.Contains(got.body, "session not found") || len(got.cookies) > 0 {
			t.Errorf("%+v", got)
		}
	})
	<-loaded
	b.want("/delete", "")
	close(proceed)
	slow.Wait()
	same.want("/new", "true")
}

// inProcess serves requests without a network. A synctest bubble would not wait for
// goroutines that are blocked on a network.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// A session ends MaxAge after it was last saved, for everyone who has its cookie. It ends
// a day after that if its cookie ends with the browser. Then its row can be swept.
func TestMaxAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rows := inMemory(t)
		sweeper, err := session.NewManagerWithoutUsers(rows, session.Config{})
		check(t, err)
		for age, lifetime := range map[int]time.Duration{3600: time.Hour, 0: 24 * time.Hour, 60 * 86400: 60 * 24 * time.Hour} {
			store := newStore(t, rows, key)
			store.Options.MaxAge = age
			b := newBrowser(t, inProcess{pages(store, nil)}, "https://example.org")
			b.want("/put?cart=tea", "")
			time.Sleep(lifetime / 2)
			if c := b.want("/put?cart=milk", "").cookies; len(c) != 1 || c[0].MaxAge != age || c[0].Expires.IsZero() != (age == 0) {
				t.Errorf("%d: cookies %v", age, c)
			}
			cookie := b.cookie()
			time.Sleep(lifetime - time.Millisecond)
			b.with(cookie).want("/get?cart", "milk")
			if n, err := sweeper.Sweep(t.Context()); n != 0 || err != nil {
				t.Errorf("%d: swept %d, %v", age, n, err)
			}
			time.Sleep(time.Millisecond)
			b.with(cookie).want("/get?cart", "<nil>")
			if n, err := sweeper.Sweep(t.Context()); n != 1 || err != nil {
				t.Errorf("%d: swept %d, %v", age, n, err)
			}
		}
	})
}
