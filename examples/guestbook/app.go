package main

import (
	"context"
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/session/web"
)

// recent is the time after a sign-in in which a user can change the password and delete
// the account.
const recent = 15 * time.Minute

// maxForm is the maximum size of a form, in bytes.
const maxForm = 64 << 10

//go:embed style.css
var files embed.FS

// app is the guestbook.
type app struct {
	http.Handler
	store     *store
	manager   *session.Manager[User, Device] // sessions,
	auth      *web.Auth[User, Device]        // and how browsers have them
	visits    *storage.Storage               // messages for the next page, and drafts
	passwords passwords
	pages     map[string]*template.Template
}

// settings are the values that tests change.
type settings struct {
	sessions     session.Config
	passwordCost int
	secret       string // signs the cookie of visits; if empty, a random one for this run
}

// newApp returns the guestbook on a store, which the caller closes.
func newApp(store *store, s settings) (*app, error) {
	a := &app{store: store}
	var err error

	// This is all that the application needs to keep users signed in:
	if a.manager, err = session.NewManager(store.Store, s.sessions); err != nil {
		return nil, err
	}
	if a.auth, err = web.New(a.manager, web.Config{Refused: a.showRefused, Unavailable: a.showUnavailable}); err != nil {
		return nil, err
	}

	// And this keeps data between pages, also for visitors who are not signed in:
	if s.secret == "" {
		s.secret = rand.Text() + rand.Text()
	}
	a.visits, err = storage.New(store.visits, storage.Cookie{Secrets: []string{s.secret}, Now: s.sessions.Now})
	if err != nil {
		return nil, err
	}
	if a.passwords, err = newPasswords(s.passwordCost); err != nil {
		return nil, err
	}

	if a.pages, err = parsePages(a.manager.Now); err != nil {
		return nil, err
	}

	// auth.Handler comes first: it also refuses requests from other sites.
	site := http.NewServeMux()
	site.Handle("GET /style.css", http.FileServerFS(files))
	site.Handle("/", a.auth.Handler(a.visits.Middleware(a.routes())))
	a.Handler = secure(site)
	return a, nil
}

// routes returns the handlers of the pages and of their forms.
func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", a.page(a.guestbook))
	mux.Handle("POST /entries", a.page(a.post))
	mux.Handle("GET /sign-up", a.page(a.signUpForm))
	mux.Handle("POST /sign-up", a.page(a.signUp))
	mux.Handle("GET /sign-in", a.page(a.signInForm))
	mux.Handle("POST /sign-in", a.page(a.signIn))
	mux.Handle("POST /sign-out", a.page(a.signOut))

	signedIn := a.auth.RequireOrReturn("/sign-in?next=/account") // where a form leads back to
	mux.Handle("GET /account", signedIn(a.page(a.account)))
	mux.Handle("POST /devices/{id}/sign-out", signedIn(a.page(a.signOutDevice)))
	mux.Handle("POST /sign-out-elsewhere", signedIn(a.page(a.signOutElsewhere)))
	mux.Handle("POST /sign-out-everywhere", signedIn(a.page(a.signOutEverywhere)))
	mux.Handle("POST /password", signedIn(a.page(a.changePassword)))
	mux.Handle("POST /delete-account", signedIn(a.page(a.deleteAccount)))

	mux.Handle("/", a.page(func(w http.ResponseWriter, r *http.Request) error {
		allowed := methods(mux, r)
		if allowed == nil {
			return a.problem(w, r, http.StatusNotFound, "There is no such page")
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return a.problem(w, r, http.StatusMethodNotAllowed, "This page works in another way", "It is for a form of the guestbook, or only for reading.")
	}))
	return mux
}

// methods returns the methods that a page at the request's path accepts. The mux itself
// never answers 405, since it has a page for all other paths.
func methods(mux *http.ServeMux, r *http.Request) (allowed []string) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := *r
		other.Method = method
		if _, pattern := mux.Handler(&other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

// secure sets headers that forbid scripts, resources from other sites, and frames.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; "+
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// sweep deletes expired sessions from time to time, until ctx is done.
func (a *app) sweep(ctx context.Context) {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	tasks.Go(func() { a.manager.Run(ctx) })
	tasks.Go(func() { a.visits.Run(ctx) })
}
