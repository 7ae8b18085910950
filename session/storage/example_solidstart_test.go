package storage_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/tenon-go/tenon/session/storage"
)

// newStore returns a storage that keeps all data in the cookie. The other kinds are used
// in the same way.
func newStore() *storage.Storage {
	store, err := storage.NewInCookie(storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}
	return store
}

// Create: a new session that is independent of the visitor's cookie.
func ExampleStorage_New() {
	store := newStore()
	start := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := store.New()
		err := s.Set("step", 1)
		if err == nil {
			err = store.Commit(w, r, s)
		}
		fmt.Fprint(w, err)
	})
	visit(start, "/")
	// Output: /: <nil>
}

// Read: the values that an earlier request has set, by name and by type.
func ExampleStorage_Get() {
	store := newStore()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		visits, err := storage.Value[int](s, "visits")
		if err == nil {
			err = s.Set("visits", visits+1)
		}
		fmt.Fprint(w, s.Has("visits"), visits, err)
	})
	visit(store.Middleware(page), "/", "/")
	// Output:
	// /: true 0 <nil>
	// /: true 1 <nil>
}

// Delete: nothing remains on the server or in the browser.
func ExampleStorage_Destroy() {
	store := newStore()
	mux := http.NewServeMux()
	mux.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err == nil {
			err = s.Set("theme", "dark")
		}
		fmt.Fprint(w, err)
	})
	mux.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err == nil {
			err = store.Destroy(w, r, s)
		}
		fmt.Fprint(w, err)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprint(w, s.Get("theme"))
	})
	visit(store.Middleware(mux), "/set", "/", "/forget", "/")
	// Output:
	// /set: <nil>
	// /: dark
	// /forget: <nil>
	// /: <nil>
}
