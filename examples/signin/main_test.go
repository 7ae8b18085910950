package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func TestAccount(t *testing.T) {
	db, err := sqlite.Open[User, Device](t.Context(), filepath.Join(t.TempDir(), "app.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	app, err := newApp(db)
	if err != nil {
		t.Fatal(err)
	}

	// Sign ann in: no password, no form.
	ann := spec.User[User]{ID: session.NewUserID(), Attributes: User{Email: "ann@example.com"}}
	if err := db.CreateUser(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	s, err := app.manager.Create(t.Context(), ann.ID, Device{Name: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "https://example.com/account", nil)
	cookies, err := app.auth.Cookies(r, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers do: without it a POST is 403

	w := httptest.NewRecorder()
	app.handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ann@example.com, signed in with a test") {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}
