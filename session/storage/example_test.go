package storage_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session/storage"
)

// A program reads this from its environment.
const sessionSecret = "openssl rand -base64 32 gives a better one"

// visit prints what a browser that keeps cookies sees on these pages, such as "/" or
// "POST /".
func visit(handler http.Handler, pages ...string) {
	server := httptest.NewTLSServer(handler)
	defer server.Close()
	client := server.Client()
	client.Jar, _ = cookiejar.New(nil)
	for _, page := range pages {
		method, path, ok := strings.Cut(page, " ")
		if !ok {
			method, path = http.MethodGet, page
		}
		request, err := http.NewRequest(method, server.URL+path, nil)
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers do
		response, err := client.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		fmt.Printf("%s: %s\n", page, body)
	}
}

// A counter of visits, in a store that keeps only sessions.
func ExampleNew() {
	sessions, err := memory.NewSessions[storage.Data]()
	if err != nil {
		log.Fatal(err)
	}
	defer sessions.Close()
	store, err := storage.New(sessions, storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}

	counter := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		visits, err := storage.Value[int](s, "visits")
		if err == nil {
			err = s.Set("visits", visits+1)
		}
		if err != nil {
			http.Error(w, "cannot count", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "you have been here %d times before", visits)
	})

	visit(store.Middleware(counter), "/", "/", "/")
	// Output:
	// /: you have been here 0 times before
	// /: you have been here 1 times before
	// /: you have been here 2 times before
}

// createSessionStorage: the four callbacks, here on a map, and the options of
// the cookie.
func ExampleNewWithCallbacks() {
	var mu sync.Mutex
	rows := map[string]storage.Data{}

	store, err := storage.NewWithCallbacks(storage.Callbacks{
		Create: func(_ context.Context, data storage.Data, expires time.Time) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			id := rand.Text()
			rows[id] = data
			return id, nil
		},
		Read: func(_ context.Context, id string) (storage.Data, bool, error) {
			mu.Lock()
			defer mu.Unlock()
			data, found := rows[id]
			return data, found, nil
		},
		Update: func(_ context.Context, id string, data storage.Data, expires time.Time) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			_, found := rows[id]
			if found { // never create one here
				rows[id] = data
			}
			return found, nil
		},
		Delete: func(_ context.Context, id string) error {
			mu.Lock()
			defer mu.Unlock()
			delete(rows, id)
			return nil
		},
	}, storage.Cookie{
		Name:     "__Host-shop",
		Secrets:  []string{sessionSecret},
		SameSite: http.SameSiteStrictMode,
		MaxAge:   30 * 24 * time.Hour,
	})
	if err != nil {
		log.Fatal(err)
	}

	visit(store.Middleware(shop(store)), "/", "/add?item=apple", "/")
	fmt.Println(len(rows), "row")
	// Output:
	// /: <nil>
	// /add?item=apple: added
	// /: apple
	// 1 row
}

// shop is a shop with room for one item in the cart.
func shop(store *storage.Storage) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, s.Get("cart"))
	})
	mux.HandleFunc("/add", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err == nil {
			err = s.Set("cart", r.FormValue("item"))
		}
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, "added")
	})
	return mux
}

// createCookieSessionStorage: all data is in the cookie, and there is no store.
func ExampleNewInCookie() {
	store, err := storage.NewInCookie(storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}
	visit(store.Middleware(shop(store)), "/add?item=apple", "/")
	// Output:
	// /add?item=apple: added
	// /: apple
}

// getSession, commitSession, destroySession: without the middleware a handler must commit
// before it writes the response.
func ExampleStorage_Commit() {
	store, err := storage.NewInCookie(storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}

	theme := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		switch chosen := r.FormValue("choose"); chosen {
		case "":
		case "none":
			err = store.Destroy(w, r, s)
		default:
			if err = s.Set("theme", chosen); err == nil {
				err = store.Commit(w, r, s)
			}
		}
		if err != nil {
			http.Error(w, "not saved", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, s.Get("theme"))
	})

	visit(theme, "/", "/?choose=dark", "/", "/?choose=none", "/")
	// Output:
	// /: <nil>
	// /?choose=dark: dark
	// /: dark
	// /?choose=none: <nil>
	// /: <nil>
}

// Signing in gives the session a new id, so a planted or stolen copy of the old cookie is
// void. Signing out ends the session. Both require POST, and http.CrossOriginProtection
// refuses the forms of other sites.
func ExampleSession_Regenerate() {
	sessions, err := memory.NewSessions[storage.Data]()
	if err != nil {
		log.Fatal(err)
	}
	defer sessions.Close()
	store, err := storage.New(sessions, storage.Cookie{Secrets: []string{sessionSecret}})
	if err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err == nil {
			s.Regenerate()
			err = s.Set("user", r.FormValue("user")) // whose password was checked
		}
		if err == nil {
			err = s.Flash("message", "Welcome back!")
		}
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err == nil {
			err = store.Destroy(w, r, s)
		}
		if err != nil {
			http.Error(w, "you are still signed in: try again later", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, "user ", s.Get("user"), ", message ", s.Get("message"))
	})

	visit(http.NewCrossOriginProtection().Handler(store.Middleware(mux)),
		"/", "POST /sign-in?user=ann", "/", "POST /sign-out")
	// Output:
	// /: user <nil>, message <nil>
	// POST /sign-in?user=ann: user ann, message Welcome back!
	// /: user ann, message <nil>
	// POST /sign-out: user <nil>, message <nil>
}
