package webtest

import (
	"io"
	"net/http"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

type user struct{ Name string }

type device struct{ Name string }

// newAuth returns an Auth on a store with one user, ann.
func newAuth(t *testing.T, config web.Config) *web.Auth[user, device] {
	t.Helper()
	store, err := memory.New[user, device]()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.CreateUser(t.Context(), spec.User[user]{ID: "ann", Attributes: user{"Ann"}}); err != nil {
		t.Fatal(err)
	}
	manager, err := session.NewManager(store, session.Config{})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := web.New(manager, config)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

// signIn signs ann in and goes to her page.
func signIn(auth *web.Auth[user, device]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", device{}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// whoami writes the user's name, or "unknown".
func whoami(auth *web.Auth[user, device]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		current, ok := auth.User(r)
		if !ok {
			current.Attributes.Name = "unknown"
		}
		io.WriteString(w, current.Attributes.Name)
	}
}
