package tenongorilla_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gorilla/sessions"

	"github.com/tenon-go/tenon/adapters/sqlite"
	tenongorilla "github.com/tenon-go/tenon/contrib/gorilla"
	"github.com/tenon-go/tenon/spec"
)

// after returns a request with the cookies of a response.
func after(w *httptest.ResponseRecorder) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	return r
}

// Values of any registered type are read back, also those of a session of the greatest
// size, and from a file.
func TestValues(t *testing.T) {
	t.Parallel()
	rows, err := sqlite.OpenSessions[tenongorilla.Data](t.Context(), filepath.Join(t.TempDir(), "sessions.db"))
	check(t, err)
	t.Cleanup(func() { rows.Close() })
	check(t, rows.Migrate(t.Context()))
	store := newStore(t, rows, key)
	want := map[any]any{"name": "Ann", 42: true, "list": []any{1, "two"}, "big": strings.Repeat("x", 100_000)}
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	s, err := store.Get(r, name)
	check(t, err)
	s.Values = want
	check(t, s.Save(r, w))
	s, err = store.Get(after(w), name)
	check(t, err)
	if !reflect.DeepEqual(s.Values, want) || s.IsNew {
		t.Errorf("new %t, values %.200v", s.IsNew, s.Values)
	}
}

// Two sessions of one request are independent. Gorilla saves them together.
func TestTwoSessions(t *testing.T) {
	t.Parallel()
	store := newStore(t, inMemory(t), key)
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	for _, name := range []string{"one", "two"} {
		s, err := store.Get(r, name)
		check(t, err)
		if again, _ := store.Get(r, name); again != s {
			t.Error("Get returns another session in the same request")
		}
		s.Values["name"] = name
	}
	check(t, sessions.Save(r, w))
	r = after(w)
	for _, name := range []string{"one", "two"} {
		if s, err := store.Get(r, name); err != nil || s.Values["name"] != name {
			t.Errorf("%s: %v, %v", name, s.Values, err)
		}
	}
}

// Each session has its own copy of the options.
func TestOptionsAreCopied(t *testing.T) {
	t.Parallel()
	store := newStore(t, inMemory(t), key)
	s, err := store.New(httptest.NewRequest(http.MethodGet, "/", nil), name)
	check(t, err)
	store.Options.Path = "/elsewhere"
	if s.Options.Path != "/" {
		t.Errorf("path %q", s.Options.Path)
	}
}

// After an error no cookie is set. New returns a session even with an error.
func TestErrors(t *testing.T) {
	t.Parallel()
	rows := inMemory(t)
	store := newStore(t, rows, key)
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	save := func(change func(*sessions.Session)) error {
		t.Helper()
		s, err := store.New(r, name)
		check(t, err)
		change(s)
		err = s.Save(r, w)
		if len(w.Result().Cookies()) > 0 {
			t.Error("a cookie was set")
		}
		return err
	}
	if err := save(func(s *sessions.Session) { s.Values["f"] = func() {} }); err == nil {
		t.Error("a function was saved")
	}
	if err := save(func(s *sessions.Session) { s.ID = "chosen" }); !errors.Is(err, spec.ErrSessionNotFound) {
		t.Errorf("an id of the application's: %v", err)
	}
	saved := httptest.NewRecorder()
	s, err := store.New(r, name)
	check(t, err)
	check(t, s.Save(r, saved))
	check(t, rows.Close())
	if err := save(func(*sessions.Session) {}); !errors.Is(err, spec.ErrClosed) {
		t.Errorf("Save: %v", err)
	}
	if err := save(func(s *sessions.Session) { s.ID, s.Options.MaxAge = "x", -1 }); !errors.Is(err, spec.ErrClosed) {
		t.Errorf("Save, to delete: %v", err)
	}
	if s, err := store.New(after(saved), name); !errors.Is(err, spec.ErrClosed) || s == nil || !s.IsNew || s.ID != "" {
		t.Errorf("New: %+v, %v", s, err)
	}
}

// Every kind of unusable keys is refused.
func TestKeysRefused(t *testing.T) {
	t.Parallel()
	rows := inMemory(t)
	for what, keys := range map[string][][]byte{
		"none": {}, "empty": {{}}, "nil": {nil}, "a second that is empty": {key, nil, {}}, "one that cannot encrypt": {key, []byte("short")},
	} {
		if _, err := tenongorilla.New(rows, keys...); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	if _, err := tenongorilla.New(nil, key); err == nil {
		t.Error("New of nothing succeeded")
	}
}
