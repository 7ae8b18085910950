package storage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
)

// The page of SolidStart's createSessionStorage, section by section. It has a table as
// its database, and uses neither the middleware nor anything else that the page does not
// have.

type solidStart struct {
	*storage.Storage
	clock *clock

	mu   sync.Mutex
	rows map[string]solidStartRow
}

// table returns a copy of the rows.
func (app *solidStart) table() map[string]solidStartRow {
	app.mu.Lock()
	defer app.mu.Unlock()
	return maps.Clone(app.rows)
}

type solidStartRow struct {
	data    string
	expires time.Time
}

func newSolidStart(t *testing.T) *solidStart {
	t.Helper()
	app := &solidStart{rows: map[string]solidStartRow{}, clock: newClock()}
	var err error
	app.Storage, err = storage.NewWithCallbacks(storage.Callbacks{
		Create: func(_ context.Context, data storage.Data, expires time.Time) (string, error) {
			app.mu.Lock()
			defer app.mu.Unlock()
			id := fmt.Sprint(len(app.rows) + 1)
			app.rows[id] = solidStartRow{string(data.Values["userId"]), expires}
			return id, nil
		},
		Update: func(_ context.Context, id string, data storage.Data, expires time.Time) (bool, error) {
			app.mu.Lock()
			defer app.mu.Unlock()
			_, found := app.rows[id]
			if found {
				app.rows[id] = solidStartRow{string(data.Values["userId"]), expires}
			}
			return found, nil
		},
		Delete: func(_ context.Context, id string) error {
			app.mu.Lock()
			defer app.mu.Unlock()
			delete(app.rows, id)
			return nil
		},
		Read: func(_ context.Context, id string) (storage.Data, bool, error) {
			app.mu.Lock()
			defer app.mu.Unlock()
			row, found := app.rows[id]
			return storage.Data{Values: map[string]json.RawMessage{"userId": json.RawMessage(row.data)}}, found, nil
		},
	}, storage.Cookie{
		Name:     "session",
		Secrets:  []string{secret},
		SameSite: http.SameSiteLaxMode,
		Path:     "/",
		MaxAge:   30 * 24 * time.Hour,
		Now:      app.clock.Now,
	})
	check(t, err)
	return app
}

// userID reads the session data of the current request.
func (app *solidStart) userID(w http.ResponseWriter, r *http.Request) {
	s, err := app.Get(r)
	if err != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprint(w, s.Get("userId"))
}

// logIn writes the session data for the current request.
func (app *solidStart) logIn(w http.ResponseWriter, r *http.Request) {
	s, err := app.Get(r)
	if err == nil {
		err = s.Set("userId", r.FormValue("userId"))
	}
	if err == nil {
		err = app.Commit(w, r, s)
	}
	fmt.Fprint(w, "Logged in ", err)
}

// logOut deletes the session data for the current request.
func (app *solidStart) logOut(w http.ResponseWriter, r *http.Request) {
	s, err := app.Get(r)
	if err == nil {
		err = app.Destroy(w, r, s)
	}
	if err != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	http.Redirect(w, r, "/userId", http.StatusSeeOther)
}

// signUp creates a new session.
func (app *solidStart) signUp(w http.ResponseWriter, r *http.Request) {
	s := app.New()
	err := s.Set("userId", r.FormValue("userId"))
	if err == nil {
		err = app.Commit(w, r, s)
	}
	fmt.Fprint(w, "Signed up ", err)
}

func (app *solidStart) browse(t *testing.T) browser {
	mux := http.NewServeMux()
	mux.HandleFunc("/userId", app.userID)
	mux.HandleFunc("/login", app.logIn)
	mux.HandleFunc("/logout", app.logOut)
	mux.HandleFunc("/signup", app.signUp)
	return browse(t, mux)
}

func TestSolidStart_CookieOptionsWithSecrets(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	_, _, header := b.get("/login?userId=ann")
	cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
	check(t, err)
	if cookie.Name != "session" || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" ||
		cookie.MaxAge != 60*60*24*30 || !cookie.HttpOnly {
		t.Errorf("%v", cookie)
	}
	r := request("")
	r.AddCookie(&http.Cookie{Name: "session", Value: "1"}) // the id, unsigned
	if s, err := app.Get(r); err != nil || s.Has("userId") {
		t.Errorf("unsigned: %v %v", s.Has("userId"), err)
	}
}

func TestSolidStart_FourCallbacksWithExpiry(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	for _, userID := range []string{"ann", "bob"} { // createData, updateData
		app.clock.advance(time.Hour)
		b.want("/login?userId="+userID, "Logged in <nil>")
		want := solidStartRow{`"` + userID + `"`, app.clock.Now().Add(30 * 24 * time.Hour).Truncate(time.Millisecond)}
		if len(app.table()) != 1 || app.table()["1"] != want {
			t.Errorf("%v, want %v", app.table(), want)
		}
	}
	b.want("/userId", "bob")   // readData
	b.want("/logout", "<nil>") // deleteData
	if len(app.table()) != 0 {
		t.Errorf("%v", app.table())
	}
}

func TestSolidStart_Read(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	b.want("/userId", "<nil>")
	b.want("/login?userId=ann", "Logged in <nil>")
	b.want("/userId", "ann")
	app.clock.advance(30 * 24 * time.Hour)
	b.want("/userId", "<nil>")
}

func TestSolidStart_Write(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	for _, userID := range []string{"ann", "bob"} {
		if cookies := b.want("/login?userId="+userID, "Logged in <nil>"); len(cookies) != 1 {
			t.Errorf("cookies %q", cookies)
		}
		b.want("/userId", userID)
	}
}

func TestSolidStart_Delete(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	b.want("/login?userId=ann", "Logged in <nil>")
	b.want("/logout", "<nil>") // redirects to the page that shows the user
	if len(app.table()) != 0 {
		t.Errorf("%v", app.table())
	}
}

func TestSolidStart_Create(t *testing.T) {
	t.Parallel()
	app := newSolidStart(t)
	b := app.browse(t)
	b.want("/login?userId=ann", "Logged in <nil>")
	b.want("/signup?userId=bob", "Signed up <nil>")
	b.want("/userId", "bob")
	if len(app.table()) != 2 {
		t.Errorf("%v: the session of ann's is another one", app.table())
	}
}
