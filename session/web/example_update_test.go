package web_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// Small data and messages for the next page are kept in the session itself, so one cookie
// and one table are enough. Visit is
//
//	type Visit struct {
//		Name string
//		Data storage.Data
//	}
func ExampleAuth_Update() {
	db, err := memory.New[User, Visit]()
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	manager, err := session.NewManager(db, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := web.New(manager, web.Config{})
	if err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /entries", func(w http.ResponseWriter, r *http.Request) {
		var invalid error
		_, err := auth.Update(w, r, func(v *Visit) { invalid = v.Data.SetFlash("message", "Saved.") })
		if err != nil || invalid != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var message any
		if s, _ := auth.Session(r); s.Attributes.Data.Has("message") {
			if _, err := auth.Update(w, r, func(v *Visit) { message = v.Data.Get("message") }); err != nil {
				http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
				return
			}
		}
		fmt.Fprint(w, message)
	})
	visit(auth.Handler(mux), [2]string{"GET", "/"}, [2]string{"POST", "/entries"}, [2]string{"GET", "/"})
	// Output:
	// GET /: 200 "<nil>"
	// POST /entries: 200 "Saved."
	// GET /: 200 "<nil>"
}
