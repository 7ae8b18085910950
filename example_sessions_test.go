package tenon_test

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

func Example_sessions() {
	db, err := memory.New[User, Device]()
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	ann := spec.User[User]{ID: "u1", Attributes: User{Email: "ann@example.com"}}
	if err := db.CreateUser(context.Background(), ann); err != nil {
		log.Fatal(err)
	}
	handler, err := application(db)
	if err != nil {
		log.Fatal(err)
	}

	server := httptest.NewTLSServer(handler)
	defer server.Close()
	browser := server.Client()
	browser.Jar, _ = cookiejar.New(nil)
	send := func(method, path string) {
		r, err := http.NewRequest(method, server.URL+path, nil)
		if err != nil {
			log.Fatal(err)
		}
		r.Header.Set("Origin", server.URL) // as browsers do
		response, err := browser.Do(r)
		if err != nil {
			log.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s: %s\n", method, path, body)
	}
	send("GET", "/")
	send("POST", "/sign-in")
	send("POST", "/sign-out")
	// Output:
	// GET /: Hello.
	// POST /sign-in: Hello, ann@example.com.
	// POST /sign-out: Hello.
}

// checkPassword is the application's: Tenon does not authenticate.
func checkPassword(*http.Request) (userID string, ok bool) { return "u1", true }

func application(db *spec.Store[User, Device]) (http.Handler, error) {
	manager, err := session.NewManager(db, session.Config{})
	if err != nil {
		return nil, err
	}
	auth, err := web.New(manager, web.Config{})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		userID, ok := checkPassword(r) // yours
		if !ok {
			http.Error(w, "Wrong name or password.", http.StatusForbidden)
			return
		}
		if _, err := auth.SignIn(w, r, userID, Device{Name: web.DeviceName(r)}); err != nil {
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
		user, ok := auth.User(r)
		if !ok {
			fmt.Fprint(w, "Hello.")
			return
		}
		fmt.Fprintf(w, "Hello, %s.", user.Attributes.Email)
	})
	return auth.Handler(mux), nil // for http.ListenAndServe
}
