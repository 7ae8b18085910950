package web_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// show prints the answer to a request, and the cookies that it sets.
func show(handler http.Handler, r *http.Request) {
	r.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers do
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(strings.Join(strings.Fields(fmt.Sprint(w.Code, " ", w.Header().Get("Location"), " ", w.Body)), " "))
	for _, cookie := range w.Result().Cookies() {
		if cookie.Value != "" {
			cookie.Value = "TOKEN"
		}
		fmt.Println(cookie)
	}
}

// The response to a sign-in: a redirect, and the cookie with its attributes.
// The next page load sees the user.
func ExampleAuth_SignIn() {
	_, auth := newAuth(web.Config{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", Device{}); err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r)
		fmt.Fprint(w, user.Attributes.Name)
	})
	show(auth.Handler(mux), httptest.NewRequest(http.MethodPost, "https://example.com/sign-in", nil))
	visit(auth.Handler(mux), [2]string{"POST", "/sign-in"}, [2]string{"GET", "/"})
	// Output:
	// 303 /
	// __Host-session=TOKEN; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax
	// POST /sign-in: 200 "Ann"
	// GET /: 200 "Ann"
}

// Every handler behind Handler can get the session and the user, which were validated once.
func ExampleAuth_Handler() {
	manager, auth := newAuth(web.Config{})
	s, err := manager.Create(context.Background(), "ann", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r)
		s, _ := auth.Session(r)
		fmt.Fprintf(w, "%s on a %s", user.Attributes.Name, s.Attributes.Name)
	}))
	r := httptest.NewRequest(http.MethodGet, "https://example.com/", nil)
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: s.Token().Reveal()})
	show(handler, r)
	// Output: 200 Ann on a phone
}

// With several Scopes a sign-in sets several cookies.
func ExampleConfig_scopes() {
	manager, auth := newAuth(web.Config{Scopes: []web.Scope{{Domain: "example.com"}, {Domain: "example.org"}}})
	s, err := manager.Create(context.Background(), "ann", Device{}, session.Persistent(false))
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := auth.Cookies(httptest.NewRequest(http.MethodPost, "https://example.com/", nil), s)
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range cookies {
		cookie.Value = "TOKEN"
		fmt.Println(cookie)
	}
	// Output:
	// __Secure-session=TOKEN; Path=/; Domain=example.com; HttpOnly; Secure; SameSite=Lax
	// __Secure-session=TOKEN; Path=/; Domain=example.org; HttpOnly; Secure; SameSite=Lax
}

// On localhost the cookie is not Secure and has another name. Neither cookie is accepted for
// the other.
func ExampleConfig_insecure() {
	_, auth := newAuth(web.Config{Insecure: true})
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", Device{}, session.Persistent(false)); err != nil {
			log.Fatal(err)
		}
	}))
	show(handler, httptest.NewRequest(http.MethodPost, "http://localhost:8080/", nil))
	show(handler, httptest.NewRequest(http.MethodPost, "https://example.com/", nil))
	// Output:
	// 200
	// session=TOKEN; Path=/; HttpOnly; SameSite=Lax
	// 200
	// __Host-session=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax
}

// Every validation sets the cookie, not only those that renew the session.
func ExampleConfig_everyResponse() {
	manager, auth := newAuth(web.Config{EveryResponse: true})
	s, err := manager.Create(context.Background(), "ann", Device{}, session.Persistent(false))
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "https://example.com/", nil)
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: s.Token().Reveal()})
	show(auth.Handler(http.NotFoundHandler()), r)
	// Output:
	// 404 404 page not found
	// __Host-session=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax
}

// If a request has a bearer token, only this token counts.
func ExampleConfig_bearer() {
	manager, auth := newAuth(web.Config{Bearer: true})
	s, err := manager.Create(context.Background(), "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	handler := auth.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r)
		fmt.Fprint(w, user.Attributes.Name)
	}))
	for _, token := range []string{s.Token().Reveal(), "wrong"} {
		r := httptest.NewRequest(http.MethodPost, "https://api.example.com/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		show(handler, r)
	}
	// Output:
	// 200 Ann
	// 401 Please sign in.
}
