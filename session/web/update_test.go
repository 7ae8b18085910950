package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// Visit is an attribute type of sessions with an attribute for small data.
type Visit struct {
	Name string
	Data storage.Data
}

// TestUpdate: data and messages for the next page are kept in the visitor's session,
// before and after the sign-in, with one cookie.
func TestUpdate(t *testing.T) {
	t.Parallel()
	inMemory, err := memory.New[User, Visit]()
	must(t, err)
	onDisk, err := sqlite.Open[User, Visit](t.Context(), filepath.Join(t.TempDir(), "app.db"))
	must(t, err)
	must(t, onDisk.Migrate(t.Context()))
	for name, store := range map[string]*spec.Store[User, Visit]{"memory": inMemory, "sqlite": onDisk} {
		t.Run(name, func(t *testing.T) {
			defer store.Close()
			must(t, store.CreateUser(t.Context(), spec.User[User]{ID: "ann", Attributes: User{Name: "Ann"}}))
			manager, err := session.NewManager(store, session.Config{})
			must(t, err)
			auth, err := web.New(manager, web.Config{Bearer: true})
			must(t, err)
			mux := http.NewServeMux()
			mux.HandleFunc("POST /cart", func(w http.ResponseWriter, r *http.Request) {
				var failed error
				_, err := auth.Update(w, r, func(v *Visit) {
					failed = errors.Join(v.Data.Set("cart", []string{"tea"}), v.Data.SetFlash("message", "Added."))
				})
				if failed = errors.Join(failed, err); errors.Is(failed, session.ErrNoSession) {
					w.WriteHeader(http.StatusUnauthorized)
				} else if failed != nil {
					t.Error(failed)
				}
			})
			mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
				if _, err := auth.SignIn(w, r, "ann", Visit{Name: "phone"}); err != nil {
					t.Error(err)
				}
			})
			mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
				err := auth.SignOut(w, r)
				if err == nil {
					_, err = auth.Update(w, r, func(v *Visit) { v.Data.SetFlash("message", "Bye.") })
				}
				if err != nil {
					t.Error(err)
				}
			})
			mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
				user, _ := auth.User(r)
				var message any
				s, ok := auth.Session(r)
				if ok && s.Attributes.Data.Has("message") {
					if s, err = auth.Update(w, r, func(v *Visit) { message = v.Data.Get("message") }); err != nil {
						t.Error(err)
					}
				}
				fmt.Fprint(w, user.ID, message, string(s.Attributes.Data.Values["cart"]))
			})
			mux.HandleFunc("GET /message", func(w http.ResponseWriter, r *http.Request) {
				var message any
				s, err := auth.Update(w, r, func(v *Visit) { message = v.Data.Get("message") })
				if err != nil || !s.IsZero() {
					t.Errorf("got %v, %v, want no session", s, err)
				}
				fmt.Fprint(w, message)
			})
			server := httptest.NewTLSServer(auth.Handler(mux))
			defer server.Close()
			site := &site{server: server}
			client := site.browser(t)
			site.get(t, client, "/").want(t, 200, "<nil>").wantNoCookie(t)
			site.get(t, client, "/message").want(t, 200, "<nil>").wantNoCookie(t) // nothing needs to be stored
			if got := site.post(t, client, "/cart").want(t, 200, ""); len(got.cookies) != 1 {
				t.Errorf("a visitor's cookies: %v", got.cookies)
			}
			site.post(t, client, "/sign-in")
			site.get(t, client, "/").want(t, 200, `annAdded.["tea"]`).wantNoCookie(t)
			site.get(t, client, "/").want(t, 200, `ann<nil>["tea"]`).wantNoCookie(t)
			site.post(t, client, "/cart").want(t, 200, "").wantNoCookie(t)
			site.get(t, client, "/").want(t, 200, `annAdded.["tea"]`)
			if got := site.post(t, client, "/sign-out").want(t, 200, ""); len(got.cookies) != 1 {
				t.Errorf("cookies of a sign-out with a message: %v", got.cookies)
			}
			site.get(t, client, "/").want(t, 200, "Bye.").wantNoCookie(t)
			site.post(t, site.browser(t), "/cart", "Authorization", "Bearer x").want(t, 401, "").wantNoCookie(t)
		})
	}
}

// TestUpdateOutsideHandler: Update outside of Handler is an error. So is a visitor's
// first Update after the headers have been sent, which would leave a row whose cookie no
// browser has.
func TestUpdateOutsideHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	r, w := newExchange()
	if _, err := s.auth.Update(w, r, func(*Device) {}); err == nil {
		t.Error("no error without Handler")
	}
	s.mux.HandleFunc("POST /late", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		if _, err := s.auth.Update(w, r, func(d *Device) { d.Name = "desk" }); err == nil {
			t.Error("no error after the headers")
		}
	})
	s.Calls()
	s.post(t, s.browser(t), "/late")
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("calls %v", calls)
	}
}

// TestDataValues: a value that cannot be encoded changes nothing.
func TestDataValues(t *testing.T) {
	t.Parallel()
	var d storage.Data
	for _, set := range []func(string, any) error{d.Set, d.SetFlash} {
		if err := set("x", make(chan int)); !errors.Is(err, spec.ErrInvalid) || d.Has("x") {
			t.Errorf("got %v, %v", err, d)
		}
	}
	must(t, d.Set("x", 1))
	must(t, d.SetFlash("x", 2))
	d.Unset("x")
	if text, err := json.Marshal(d); d.Has("x") || err != nil || string(text) != "{}" {
		t.Errorf("got %s, %v", text, err)
	}
}
