package web_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// newAuth returns an Auth with one user, ann.
func newAuth(config web.Config) (*session.Manager[User, Device], *web.Auth[User, Device]) {
	store, err := memory.New[User, Device]() // or sqlite.Open, postgres.Open, …
	if err != nil {
		log.Fatal(err)
	}
	if err := store.CreateUser(context.Background(), spec.User[User]{ID: "ann", Attributes: User{Name: "Ann"}}); err != nil {
		log.Fatal(err)
	}
	manager, err := session.NewManager(store, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := web.New(manager, config) // infers the types
	if err != nil {
		log.Fatal(err)
	}
	return manager, auth
}

// visit serves a handler and sends it requests, such as "GET /", from one browser, in order.
func visit(handler http.Handler, requests ...[2]string) {
	server := httptest.NewTLSServer(handler)
	defer server.Close()
	client := server.Client()
	client.Jar, _ = cookiejar.New(nil)
	for _, r := range requests {
		request, err := http.NewRequest(r[0], server.URL+r[1], nil)
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Origin", server.URL) // as browsers do
		response, err := client.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s: %d %q\n", r[0], r[1], response.StatusCode, body)
	}
}

func Example() {
	_, auth := newAuth(web.Config{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		// … check the password …
		if _, err := auth.SignIn(w, r, "ann", Device{Name: web.DeviceName(r)}); err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		if err := auth.SignOut(w, r); err != nil {
			http.Error(w, "You are still signed in. Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if user, ok := auth.User(r); ok {
			fmt.Fprintf(w, "Hello, %s.", user.Attributes.Name)
			return
		}
		fmt.Fprint(w, "Hello.")
	})

	visit(auth.Handler(mux),
		[2]string{"GET", "/"},
		[2]string{"POST", "/sign-in"},
		[2]string{"GET", "/"},
		[2]string{"POST", "/sign-out"},
	)
	// Output:
	// GET /: 200 "Hello."
	// POST /sign-in: 200 "Hello, Ann."
	// GET /: 200 "Hello, Ann."
	// POST /sign-out: 200 "Hello."
}

// Guards: one for the routes of an API, one for pages.
func ExampleAuth_Require() {
	_, auth := newAuth(web.Config{})
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r) // there is one
		fmt.Fprint(w, user.Attributes.Name)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /api/account", auth.Require(account))
	mux.Handle("GET /account", auth.RequireOrRedirect("/sign-in")(account))
	mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Sign in here.") })

	visit(auth.Handler(mux), [2]string{"GET", "/api/account"}, [2]string{"GET", "/account"})
	// Output:
	// GET /api/account: 401 "Please sign in.\n"
	// GET /account: 200 "Sign in here."
}

// "Remember me": the cookie outlives the browser if the box is ticked.
func ExampleAuth_SignIn_rememberMe() {
	_, auth := newAuth(web.Config{})
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		remember := session.Persistent(r.FormValue("remember") == "on")
		if _, err := auth.SignIn(w, r, "ann", Device{}, remember); err != nil {
			log.Fatal(err)
		}
	}))
	for _, path := range []string{"/?remember=on", "/"} {
		r := httptest.NewRequest(http.MethodPost, "https://example.com"+path, nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers do
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Result().Cookies()[0].MaxAge)
	}
	// Output:
	// 1296000
	// 0
}

// An anonymous session, for example for a shopping cart before the sign-in. It outlives the
// browser because it is created as persistent.
func ExampleAuth_SetSession() {
	manager, auth := newAuth(web.Config{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /cart", func(w http.ResponseWriter, r *http.Request) {
		s, err := manager.Create(r.Context(), "", Device{Name: "a new phone"}, session.Persistent(true))
		if err == nil {
			err = auth.SetSession(w, r, s)
		}
		if err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /cart", func(w http.ResponseWriter, r *http.Request) {
		s, _ := auth.Session(r)
		_, signedIn := auth.User(r)
		fmt.Fprintf(w, "%s, signed in: %v", s.Attributes.Name, signedIn)
	})
	show(auth.Handler(mux), httptest.NewRequest(http.MethodPost, "https://example.com/cart", nil))
	visit(auth.Handler(mux), [2]string{"POST", "/cart"}, [2]string{"GET", "/cart"})
	// Output:
	// 200
	// __Host-session=TOKEN; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax
	// POST /cart: 200 ""
	// GET /cart: 200 "a new phone, signed in: false"
}

// Lucia's parseSessionCookie and validateRequest, by hand.
func ExampleAuth_TokenFromRequest() {
	manager, auth := newAuth(web.Config{Bearer: true})
	s, err := manager.Create(context.Background(), "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+s.Token().Reveal())

	token, err := auth.TokenFromRequest(r)
	if err != nil {
		log.Fatal(err)
	}
	_, user, err := manager.Validate(r.Context(), token, session.KeepToken())
	fmt.Println(user.Attributes.Name, err)
	// Output:
	// Ann <nil>
}

// Lucia's createSessionCookies and createBlankSessionCookie.
func ExampleAuth_Cookies() {
	manager, auth := newAuth(web.Config{})
	r := httptest.NewRequest(http.MethodPost, "https://example.com/", nil)
	s, err := manager.Create(r.Context(), "ann", Device{}, session.Persistent(true))
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := auth.Cookies(r, s)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cookies[0].Value == s.Token().Reveal(), cookies[0].HttpOnly, cookies[0].Secure, cookies[0].MaxAge)
	for _, cookie := range auth.BlankCookies(r) {
		fmt.Println(cookie)
	}
	// Output:
	// true true true 1296000
	// __Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
}
