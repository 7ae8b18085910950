package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

func TestSignInEndsTheOldSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, old := s.signIn(t, "ann")
	s.post(t, client, "/sign-in?user=bob")
	s.get(t, client, "/").want(t, 200, "BOB on laptop").wantNoCookie(t)
	s.get(t, s.browser(t), "/", "Cookie", web.CookieName+"="+old).want(t, 200, "unknown")
}

func TestSignInFailsWithoutACookie(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client := s.browser(t)
	for _, user := range []string{"", "unknown", strings.Repeat("x", 300)} {
		got := s.post(t, client, "/sign-in?user="+user).wantNoCookie(t)
		if got.status != 500 || got.line("Cache-Control") != "" {
			t.Errorf("%q: got %+v", user, got)
		}
	}
	s.fail(spec.ErrUnavailable)
	got := s.post(t, client, "/sign-in?user=ann").wantNoCookie(t)
	if got.status != 500 || strings.TrimSpace(got.body) != "test: user: store unavailable" {
		t.Errorf("got %+v", got)
	}
	// A failed call of the store must not leave a session.
	for _, op := range []spec.Op{spec.OpUser, spec.OpCreateSession} {
		s.fail(spec.ErrUnavailable, op)
		if got := s.post(t, client, "/sign-in?user=ann").wantNoCookie(t); got.status != 500 {
			t.Errorf("%s: got %+v", op, got)
		}
	}
	s.fail(nil)
	if list, err := s.manager.List(t.Context(), "ann"); err != nil || len(list) != 0 {
		t.Errorf("got sessions %+v, error %v", list, err)
	}
}

// TestFailedSignInSignsNoUserOut: whichever call of the store fails, the client is signed
// in as before or as the new user.
func TestFailedSignInSignsNoUserOut(t *testing.T) {
	t.Parallel()
	for n := range 5 {
		s := newSite(t, session.Config{}, web.Config{})
		client, _ := s.signIn(t, "ann")
		calls := 0
		s.mux.HandleFunc("POST /again", func(w http.ResponseWriter, r *http.Request) {
			s.SetHook(func(_ context.Context, _ spec.Op, call func() error) error {
				if calls++; calls == n+1 {
					return spec.ErrUnavailable
				}
				return call()
			})
			_, err := s.auth.SignIn(w, r, "bob", Device{Name: "phone"})
			s.SetHook(nil)
			if current, ok := s.auth.User(r); !ok || (current.ID == "bob") != (err == nil) {
				t.Errorf("call %d fails: got user %+v, error %v", n, current, err)
			}
			s.whoami(w, r)
		})
		want := s.post(t, client, "/again").body
		s.get(t, client, "/").want(t, 200, want)
		if list, err := s.manager.List(t.Context(), "bob"); err != nil || (len(list) == 1) != (want == "BOB on phone") {
			t.Errorf("call %d fails: got sessions %+v, error %v", n, list, err)
		}
		if n == 4 && calls != n {
			t.Errorf("got %d calls of the store, so not each of them was made to fail, or one does nothing", calls)
		}
	}
}

// TestSignInOfAGivenUpRequest: a sign-in that was completed before the client gave up
// succeeds, so no session remains without a client.
func TestSignInOfAGivenUpRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	handler := s.auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		s.SetHook(func(_ context.Context, op spec.Op, call func() error) error {
			err := call()
			if op == spec.OpCreateSession {
				cancel()
			}
			return err
		})
		_, err := s.auth.SignIn(w, r.WithContext(ctx), "ann", Device{})
		s.SetHook(nil)
		list, listErr := s.manager.List(t.Context(), "ann")
		if listErr != nil || (len(list) == 1) != (err == nil) {
			t.Errorf("got error %v, and sessions %v, %v", err, list, listErr)
		}
	}))
	r, w := newExchange()
	handler.ServeHTTP(w, r)
	if got := w.Result().Cookies(); len(got) != 1 {
		t.Errorf("got cookies %v", got)
	}
}

// TestRestOfTheRequest: handlers see the effects of their calls in the same request.
func TestRestOfTheRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	var said strings.Builder
	say := func(r *http.Request) {
		user, signedIn := s.auth.User(r)
		current, ok := s.auth.Session(r)
		if signedIn != (current.UserID != "") || ok == current.IsZero() {
			t.Errorf("user %+v, session %+v", user, current)
		}
		said.WriteString(user.ID + "/" + current.Attributes.Name + " ")
	}
	s.mux.HandleFunc("POST /everything", func(w http.ResponseWriter, r *http.Request) {
		say(r)
		anonymous, err := s.manager.Create(r.Context(), "", Device{Name: "cart"})
		must(t, err)
		must(t, s.auth.SetSession(w, r, anonymous))
		say(r)
		_, err = s.auth.SignIn(w, r, "ann", Device{})
		must(t, err)
		say(r)
		_, err = s.auth.SignIn(w, r, "bob", Device{Name: "phone"})
		must(t, err)
		current, _ := s.auth.Session(r)
		say(r.WithContext(context.WithoutCancel(r.Context())))
		current, err = s.manager.Update(r.Context(), current, func(d *Device) { d.Name = "tablet" })
		must(t, err)
		must(t, s.auth.SetSession(w, r, current))
		say(r)
		current, err = s.manager.RotateNow(r.Context(), current)
		must(t, err)
		must(t, s.auth.SetSession(w, r, current))
		io.WriteString(w, current.Token().Reveal())
	})
	client := s.browser(t)
	got := s.post(t, client, "/everything")
	const want = "/ /cart ann/cart bob/phone bob/tablet "
	if said.String() != want {
		t.Errorf("got %q, want %q", said.String(), want)
	}
	if len(got.cookies) != 1 || got.cookies[0].Value != got.body {
		t.Errorf("got cookies %v, want the last token only", got.cookies)
	}
	s.get(t, client, "/").want(t, 200, "BOB on tablet")
	// In the end there must be one session.
	n := 0
	for _, id := range []string{"ann", "bob"} {
		list, err := s.manager.List(t.Context(), id)
		must(t, err)
		n += len(list)
	}
	if n != 1 {
		t.Errorf("got %d sessions, want 1", n)
	}
}

func TestSetSessionNeedsAToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	bob, err := s.manager.Create(t.Context(), "bob", Device{})
	must(t, err)
	listed, err := s.manager.Get(t.Context(), bob.ID)
	must(t, err)
	ended, err := s.manager.Create(t.Context(), "bob", Device{})
	must(t, err)
	must(t, s.manager.Invalidate(t.Context(), ended.ID))
	s.mux.HandleFunc("POST /set", func(w http.ResponseWriter, r *http.Request) {
		for name, x := range map[string]session.Session[Device]{"zero": {}, "listed": listed, "ended": ended} {
			if err := s.auth.SetSession(w, r, x); !errors.Is(err, session.ErrNoSession) {
				t.Errorf("%s: got error %v", name, err)
			}
		}
		s.whoami(w, r)
	})
	s.post(t, s.browser(t), "/set").want(t, 200, "unknown").wantNoCookie(t)
	client, _ := s.signIn(t, "ann")
	s.post(t, client, "/set").want(t, 200, "ANN on laptop").wantNoCookie(t)
	if _, err := s.auth.Cookies(nil, listed); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Cookies: got error %v", err)
	}
}

// TestSetSessionOfTheRequest: the user of the request's own session is known, so
// SetSession does not call the store.
func TestSetSessionOfTheRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /second-factor", func(w http.ResponseWriter, r *http.Request) {
		current, _ := s.auth.Session(r)
		rotated, err := s.manager.RotateNow(r.Context(), current)
		must(t, err)
		s.Calls()
		must(t, s.auth.SetSession(w, r, rotated))
		if ops := s.Calls(); len(ops) > 0 {
			t.Errorf("got calls %v, want none", ops)
		}
		s.whoami(w, r)
	})
	client, old := s.signIn(t, "ann")
	got := s.post(t, client, "/second-factor").want(t, 200, "ANN on laptop")
	if len(got.cookies) != 1 || got.cookies[0].Value == old {
		t.Errorf("got cookies %v, want one with a new token", got.cookies)
	}
}

// TestResponseThrownAway: if the headers of a response are discarded, as by
// http.TimeoutHandler, the cookie of the request's former session is not restored.
func TestResponseThrownAway(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /slow", func(w http.ResponseWriter, r *http.Request) {
		if current, _ := s.auth.Session(r); !current.Fresh {
			t.Error("the session was not renewed")
		}
		must(t, s.auth.SignOut(w, r))
		clear(w.Header())
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	client, _ := s.signIn(t, "ann")
	s.wait(25 * time.Hour)
	s.post(t, client, "/slow").want(t, http.StatusServiceUnavailable, "").wantNoCookie(t)
}

func TestAfterTheHeadersAreSent(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /late", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello")
		if _, err := s.auth.SignIn(w, r, "bob", Device{}); err == nil {
			t.Error("SignIn: no error")
		}
		if err := s.auth.SignOut(w, r); err == nil {
			t.Error("SignOut: no error")
		}
	})
	client, _ := s.signIn(t, "ann")
	s.post(t, client, "/late").want(t, 200, "hello").wantNoCookie(t)
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
	if list, err := s.manager.List(t.Context(), "bob"); err != nil || len(list) != 0 {
		t.Errorf("got sessions %+v, error %v", list, err)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, token := s.signIn(t, "ann")
	other, _ := s.signIn(t, "ann")
	for _, path := range []string{"/sign-out", "/sign-out-everywhere"} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			s.do(t, client, method, path).want(t, 500, web.ErrMethod.Error()).wantNoCookie(t)
		}
		s.do(t, client, http.MethodHead, path).want(t, 500, "").wantNoCookie(t)
	}
	s.get(t, client, "/").want(t, 200, "ANN on laptop")

	got := s.post(t, client, "/sign-out").want(t, 200, "unknown").wantCleared(t)
	if got.line("Cache-Control") != "no-store" || got.line("Vary") != "Cookie" {
		t.Errorf("got headers %v", got.header)
	}
	s.get(t, s.browser(t), "/", "Cookie", web.CookieName+"="+token).want(t, 200, "unknown")
	s.get(t, other, "/").want(t, 200, "ANN on laptop")
	// Sign out again, with nothing to end.
	s.post(t, client, "/sign-out").want(t, 200, "unknown").wantCleared(t)
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	other, _ := s.signIn(t, "ann")
	bob, _ := s.signIn(t, "bob")
	s.post(t, client, "/sign-out-everywhere").want(t, 200, "unknown").wantCleared(t)
	s.get(t, other, "/").want(t, 200, "unknown").wantCleared(t)
	s.get(t, bob, "/").want(t, 200, "BOB on laptop")
	s.post(t, client, "/sign-out-everywhere").want(t, 200, "unknown").wantCleared(t)
}

// TestSignOutOfAnonymous: signing out of an anonymous session does not end the others.
func TestSignOutOfAnonymous(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	mine, err := s.manager.Create(t.Context(), "", Device{Name: "mine"})
	must(t, err)
	other, err := s.manager.Create(t.Context(), "", Device{Name: "other"})
	must(t, err)
	client := s.browser(t)
	s.post(t, client, "/sign-out-everywhere", "Cookie", web.CookieName+"="+mine.Token().Reveal()).want(t, 200, "unknown").wantCleared(t)
	s.get(t, client, "/", "Cookie", web.CookieName+"="+mine.Token().Reveal()).want(t, 200, "unknown")
	s.get(t, client, "/", "Cookie", web.CookieName+"="+other.Token().Reveal()).want(t, 200, "anonymous on other")
}

// TestSignOutThatFails: the user gets an error, the cookie is not cleared, and the user
// stays signed in for the rest of the request.
func TestSignOutThatFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	for path, ending := range map[string]struct {
		op      spec.Op
		signOut func(http.ResponseWriter, *http.Request) error
	}{
		"/sign-out":            {spec.OpDeleteSession, s.auth.SignOut},
		"/sign-out-everywhere": {spec.OpDeleteUserSessions, s.auth.SignOutEverywhere},
	} {
		client, _ := s.signIn(t, "ann")
		failed := func(class error) string { return (&spec.Error{Adapter: "test", Op: ending.op, Class: class}).Error() }
		for _, class := range []error{spec.ErrUnavailable, spec.ErrIndeterminate} {
			s.fail(class, ending.op)
			s.post(t, client, path).want(t, 500, failed(class)).wantNoCookie(t)
			s.fail(nil)
			s.get(t, client, "/").want(t, 200, "ANN on laptop")
		}
		s.mux.HandleFunc("POST /give-up"+path, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancel(r.Context())
			s.SetHook(func(_ context.Context, op spec.Op, call func() error) error {
				if op == ending.op {
					cancel()
					return ctx.Err()
				}
				return call()
			})
			err := ending.signOut(w, r.WithContext(ctx))
			s.SetHook(nil)
			if err == nil {
				err = errors.New("signed out")
			}
			http.Error(w, err.Error(), http.StatusInternalServerError)
		})
		s.post(t, client, "/give-up"+path).want(t, 500, failed(context.Canceled)).wantNoCookie(t)
		s.get(t, client, "/").want(t, 200, "ANN on laptop")
		s.post(t, client, path).want(t, 200, "unknown")
	}
}
