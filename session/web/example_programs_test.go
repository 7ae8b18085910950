package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// An API next to pages. Its clients get their first token without a cookie, and refusals are
// JSON.
func ExampleConfig_uncheckedPatterns() {
	manager, auth := newAuth(web.Config{
		Bearer:            true,
		UncheckedPatterns: []string{"POST /api/sign-in", "POST /webhooks/"},
		Refused: func(w http.ResponseWriter, _ *http.Request, err error) {
			status := http.StatusForbidden // web.ErrOrigin
			if errors.Is(err, session.ErrNoSession) {
				status = http.StatusUnauthorized
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(map[string]string{"error": http.StatusText(status)})
		},
		Logger: slog.New(slog.DiscardHandler), // which is told of refusals
	})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/sign-in", func(w http.ResponseWriter, r *http.Request) {
		// … check the password …
		s, err := manager.SignIn(r.Context(), session.Session[Device]{}, "ann", Device{Name: web.DeviceName(r)})
		if err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(map[string]string{"token": s.Token().Reveal()})
	})
	mux.Handle("PUT /api/me", auth.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r)
		fmt.Fprintln(w, user.Attributes.Name)
	})))
	handler := auth.Handler(mux)

	send := func(method, path, token string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "https://example.com"+path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	var answer struct{ Token string }
	if err := json.NewDecoder(send("POST", "/api/sign-in", "").Body).Decode(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Print(send("PUT", "/api/me", answer.Token).Body)
	fmt.Print(send("PUT", "/api/me", "wrong").Body)
	fmt.Print(send("POST", "/elsewhere", "").Body)
	// Output:
	// Ann
	// {"error":"Unauthorized"}
	// {"error":"Forbidden"}
}

// After the sign-in the user returns to the requested page.
func ExampleAuth_RequireOrReturn() {
	_, auth := newAuth(web.Config{})
	mux := http.NewServeMux()
	mux.Handle("GET /orders/{id}", auth.RequireOrReturn("/sign-in")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "order %s", r.PathValue("id"))
	})))
	mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, r *http.Request) {
		// A hidden field named next in the form to sign in.
		fmt.Fprintf(w, "Sign in, and go to %s.", web.Next(r, "/"))
	})
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", Device{}); err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, web.Next(r, "/"), http.StatusSeeOther)
	})
	visit(auth.Handler(mux),
		[2]string{"GET", "/orders/7"},
		[2]string{"GET", "/sign-in?next=//evil.example"},
		[2]string{"POST", "/sign-in?next=/orders/7"},
	)
	// Output:
	// GET /orders/7: 200 "Sign in, and go to /orders/7."
	// GET /sign-in?next=//evil.example: 200 "Sign in, and go to /."
	// POST /sign-in?next=/orders/7: 200 "order 7"
}

// After a change of the password only this device stays signed in, with a new token.
func ExampleAuth_SignOutElsewhere() {
	_, auth := newAuth(web.Config{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", Device{}); err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("POST /password", func(w http.ResponseWriter, r *http.Request) {
		// … store the new password, and only then:
		if err := auth.SignOutElsewhere(w, r); err != nil {
			http.Error(w, "Your password is changed. Other devices may still be signed in.", http.StatusServiceUnavailable)
			return
		}
		user, _ := auth.User(r)
		fmt.Fprintf(w, "%s, your password is changed.", user.Attributes.Name)
	})
	visit(auth.Handler(mux), [2]string{"POST", "/sign-in"}, [2]string{"POST", "/password"})
	// Output:
	// POST /sign-in: 200 ""
	// POST /password: 200 "Ann, your password is changed."
}

func ExampleDeviceName() {
	r := httptest.NewRequest(http.MethodPost, "/sign-in", nil)
	for _, agent := range []string{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "curl/8.14.1", "Caf\xe9/1.0"} {
		r.Header.Set("User-Agent", agent)
		fmt.Println(web.DeviceName(r))
	}
	// Output:
	// Firefox on Linux
	// curl
	// Caf
}

// The cookie had another name before. A cookie with that name still signs in, and is
// replaced.
func ExampleConfig_formerNames() {
	manager, auth := newAuth(web.Config{FormerNames: []string{"auth_session"}})
	s, err := manager.Create(context.Background(), "ann", Device{}, session.Persistent(true))
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "https://example.com/", nil)
	r.AddCookie(&http.Cookie{Name: "auth_session", Value: s.Token().Reveal()})
	show(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := auth.User(r)
		fmt.Fprint(w, user.Attributes.Name)
	})), r)
	// Output:
	// 200 Ann
	// auth_session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
	// __Host-session=TOKEN; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax
}
