package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/tenon-go/tenon/session/web"
)

// TestChi uses Handler and the guards as chi middleware, together with chi's
// own middleware outside and inside them.
func TestChi(t *testing.T) {
	t.Parallel()
	auth := newAuth(t, web.Config{})
	router := chi.NewRouter()
	router.Use(middleware.Recoverer, middleware.Compress(5), auth.Handler, middleware.StripSlashes)
	router.Get("/", whoami(auth))
	router.Post("/sign-in", signIn(auth))
	router.With(auth.Require).Get("/account/{id}", whoami(auth))
	router.Route("/pages", func(r chi.Router) {
		r.Use(auth.RequireOrRedirect("/"))
		r.Get("/one", whoami(auth))
	})
	server := httptest.NewTLSServer(router)
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := server.Client()
	client.Jar = jar
	send := func(method, path, origin string, status int, want string) *http.Response {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", origin)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != status || want != "" && string(body) != want {
			t.Errorf("%s %s: got %d %q, want %d %q", method, path, response.StatusCode, body, status, want)
		}
		return response
	}
	send("GET", "/account/1", "", 401, "")
	send("GET", "/pages/one", "", 200, "unknown") // redirected to /
	send("POST", "/sign-in", "https://evil.test", 403, "")
	send("GET", "/", "", 200, "unknown")
	send("POST", "/sign-in", server.URL, 200, "Ann")
	send("GET", "/pages/one/", "", 200, "Ann")
	response := send("GET", "/account/1", "", 200, "Ann")
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("got Cache-Control %q", got)
	}
}
