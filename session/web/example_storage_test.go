package web_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/session/web"
)

// The data of visitors is in the same database as the users. Both middlewares can wrap
// the whole application. With Handler outside, a request that it refuses costs no read of
// the data.
func ExampleAuth_Handler_storage() {
	dir, err := os.MkdirTemp("", "tenon")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(context.Background())

	file := filepath.Join(dir, "app.db")
	db, err := sqlite.Open[User, Device](ctx, file)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	visits, err := sqlite.OpenSessions[storage.Data](ctx, file, sqlite.WithTables("", "visits")) // not "sessions"
	if err != nil {
		log.Fatal(err)
	}
	defer visits.Close()
	for _, migrate := range []func(context.Context) error{db.Migrate, visits.Migrate} {
		if err := migrate(ctx); err != nil {
			log.Fatal(err)
		}
	}
	manager, err := session.NewManager(db, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := web.New(manager, web.Config{})
	if err != nil {
		log.Fatal(err)
	}
	data, err := storage.New(visits, storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}

	var tasks sync.WaitGroup // each deletes its own expired rows
	tasks.Go(func() { manager.Run(ctx) })
	tasks.Go(func() { data.Run(ctx) })
	defer func() { cancel(); tasks.Wait() }()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		d, err := data.Get(r)
		if err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		_, signedIn := auth.User(r)
		fmt.Fprint(w, d.Get("theme"), ", signed in: ", signedIn)
	})
	mux.HandleFunc("POST /theme", func(w http.ResponseWriter, r *http.Request) {
		d, err := data.Get(r)
		if err == nil {
			err = d.Set("theme", "dark")
		}
		if err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	visit(auth.Handler(data.Middleware(mux)), [2]string{"GET", "/"}, [2]string{"POST", "/theme"})
	// Output:
	// GET /: 200 "<nil>, signed in: false"
	// POST /theme: 200 "dark, signed in: false"
}

// A program reads this from its environment: openssl rand -base64 32.
const sessionSecret = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs="
