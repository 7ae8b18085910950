package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/web"
)

func TestSignUpAndSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	ann.get("/").is(200, "Nice to see you, ann").lacks("Welcome, ann.") // the message is shown once
	ann.get("/sign-in").is(200, "You are signed in as <strong>ann</strong>", `value="ann"`)

	other := s.visitor(t, firefox)
	other.get("/").is(200, "Sign up").lacks("ann")
	other.post("/sign-up", "name", "Ann", "password", password).is(422, "That name is taken", `value="ann"`)
	for _, name := range []string{"", "a", "-ann", "än", "ann\x00", strings.Repeat("a", 31), "<b>"} {
		other.post("/sign-up", "name", name, "password", password).is(422, "A name has 2 to 30")
	}
	other.post("/sign-up", "name", "bob", "password", "é234567").is(422, "at least 8")
	other.post("/sign-up", "name", "<b>", "password", "short").is(422, // each beside its field, the first with the focus
		`aria-describedby="name-complaint name-hint" aria-invalid="true" autofocus>`, `<p class="complaint" id="name-complaint">A name`,
		`aria-describedby="password-complaint password-hint" aria-invalid="true">`, `<p class="complaint" id="password-complaint">A password`)
	other.get("/sign-up").is(200, "2 to 30 letters").lacks("complaint", "aria-invalid") // told before it is broken
	other.post("/sign-up", "name", "bob", "password", strings.Repeat("é", 37)).is(422, "at most 72 bytes")
	other.post("/sign-in", "name", "bob", "password", password).is(422)

	// The page does not tell whether the name or the password is wrong.
	wrong := other.post("/sign-in", "name", "ann", "password", "wrong words").is(422, "do not go together")
	unknown := other.post("/sign-in", "name", "unknown", "password", "wrong words").is(422)
	if got := strings.ReplaceAll(unknown.body, "unknown", "ann"); got != wrong.body {
		t.Errorf("an unknown name gives another page than a wrong password:\n%s\n%s", got, wrong.body)
	}
	other.post("/sign-in", "name", "ann", "password", "unknown's password").is(422)
	other.post("/sign-in", "name", "unknown", "password", "unknown's password").is(422)
	long := strings.Repeat("x", maxPassword)
	other.post("/sign-up", "name", "long", "password", long).is(200, "Welcome, long.")
	other.post("/sign-in", "name", "long", "password", long+"x").is(422) // of which bcrypt reads 72 bytes only
	other.post("/sign-in", "name", " ANN ", "password", password).is(200, "Welcome back, ann.").wantPath("/")
	other.post("/sign-in", "name", "ann", "password", password, "next", "https://evil.example/").is(200).wantPath("/")
}

func TestRememberMe(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.member(t, "ann", firefox)
	for _, test := range []struct {
		remember, maxAge, listed string
	}{
		{"", "", "until the browser is closed"},
		{"yes", "Max-Age=1296000", "remembered until 19 March 2026"}, // 15 days
	} {
		v := s.visitor(t, firefox)
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		line := ""
		for _, l := range v.post("/sign-in", "name", "ann", "password", password, "remember", test.remember).is(303).header["Set-Cookie"] {
			if strings.HasPrefix(l, web.CookieName+"=") {
				line = l
			}
		}
		if test.maxAge == "" && strings.Contains(line, "Max-Age") || !strings.Contains(line, test.maxAge) || line == "" {
			t.Errorf("remember=%q: got Set-Cookie %q, want %q", test.remember, line, test.maxAge)
		}
		v.get("/account").is(200, test.listed)
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	ann.get("/").is(200, "still blank")
	ann.post("/entries", "text", " <script>alert(1)</script>\r\n\r\nsecond line ").
		is(200, "Thank you", "&lt;script&gt;alert(1)&lt;/script&gt;\n\nsecond line</p>", "just now").wantPath("/")
	s.wait(3 * time.Hour)
	ann.post("/entries", "text", "the newer one").is(200)
	body := ann.get("/").is(200, "3 hours ago").body
	if strings.Index(body, "the newer one") > strings.Index(body, "second line") {
		t.Error("the newest entry is not the first")
	}
	ann.post("/entries", "text", " \r\n ").is(422, "Please write something")
	ann.post("/entries", "text", "a\x00b").is(422, "not text")
	ann.post("/entries", "text", "a\xffb").is(422, "not text")
	ann.post("/entries", "text", strings.Repeat("é", 1000)).is(200, "Thank you")
	long := strings.Repeat("é", 1001)
	ann.post("/entries", "text", long).is(422, "this one has 1001", long+"</textarea>") // nothing is lost
	ann.post("/entries", "text", strings.Repeat("x", maxForm)).is(413, "too much")
	s.visitor(t, firefox).get("/").is(200, "the newer one").lacks(long)
}

// A text that a visitor writes before signing in is not lost.
func TestDraftIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.member(t, "ann", firefox)
	v := s.visitor(t, firefox)
	v.post("/entries", "text", "typed too early").is(200, "It is kept until then").wantPath("/sign-in")
	visit := v.cookie("__Host-data")
	v.post("/sign-in", "name", "ann", "password", password).is(200, "typed too early</textarea>").wantPath("/")
	if now := v.cookie("__Host-data"); now == "" || now == visit {
		t.Error("signing in has not given the visit a new cookie")
	}
	v.post("/entries", "text", "typed too early").is(200, "Thank you")
	v.get("/").is(200, "typed too early</p>").lacks("typed too early</textarea>")

	// The next user of the browser does not see the draft.
	v.post("/entries", "text", strings.Repeat("x", 1001)).is(422)
	v.post("/sign-out").is(200, "You are signed out")
	v.get("/").is(200).lacks("xxx")
}

func TestDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	s.wait(time.Minute)
	phone, bob := s.visitor(t, safari), s.member(t, "bob", firefox)
	phone.post("/sign-in", "name", "ann", "password", password).is(200)
	ann.get("/account").is(200, "Firefox on Linux</strong> <span class=\"badge\">this device", "Safari on iPhone", "1 minute ago")
	body := phone.get("/account").is(200, "Safari on iPhone</strong> <span class=\"badge\">this device", "Firefox on Linux").body
	if strings.Index(body, "Firefox on Linux") < strings.Index(body, "Safari on iPhone") {
		t.Error("the current device is not the first")
	}
	if body := ann.get("/account").body; strings.Index(body, "Firefox on Linux") > strings.Index(body, "Safari on iPhone") {
		t.Error("the current device is not the first")
	}

	id := phone.cookie(web.CookieName)[:15]
	bob.post("/devices/"+id+"/sign-out").is(200, "That device is not signed in").wantPath("/account")
	phone.get("/account").is(200).wantPath("/account")
	ann.post("/devices/"+id+"/sign-out").is(200, "That device is signed out").lacks("Safari on iPhone</strong>")
	phone.get("/account").is(200).wantPath("/sign-in")
	ann.post("/devices/nothing/sign-out").is(200, "That device is not signed in")

	ann.post("/devices/"+ann.cookie(web.CookieName)[:15]+"/sign-out").is(200, "You are signed out").wantPath("/")
	ann.get("/account").wantPath("/sign-in")
	bob.get("/account").is(200).wantPath("/account")
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann, bob := s.member(t, "ann", firefox), s.member(t, "bob", firefox)
	signIn := func() *visitor {
		v := s.visitor(t, safari)
		v.post("/sign-in", "name", "ann", "password", password).is(200, "Welcome back")
		return v
	}
	phone := signIn()
	ann.post("/sign-out-elsewhere").is(200, "other devices are signed out").lacks("Safari on iPhone")
	phone.get("/account").wantPath("/sign-in")
	ann.get("/account").wantPath("/account")

	phone = signIn()
	ann.post("/sign-out-everywhere").is(200, "signed out on all your devices").wantPath("/")
	ann.get("/account").wantPath("/sign-in")
	phone.get("/account").wantPath("/sign-in")
	bob.get("/account").wantPath("/account")
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	copied := s.visitor(t, firefox)
	copied.client.Jar.SetCookies(mustURL(t, s.server.URL), []*http.Cookie{
		{Name: web.CookieName, Value: ann.cookie(web.CookieName), Path: "/", Secure: true}})
	copied.get("/account").wantPath("/account")
	ann.get("/sign-out").is(405) // a link must not do it
	ann.post("/sign-out").is(200, "You are signed out", "Sign in").wantPath("/")
	if value := ann.cookie(web.CookieName); value != "" {
		t.Error("the cookie is still there")
	}
	copied.get("/account").wantPath("/sign-in")
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	phone := s.visitor(t, safari)
	phone.post("/sign-in", "name", "ann", "password", password).is(200)
	const changed = "other good words"

	ann.post("/password", "password", "short").is(422, "at least 8", `id="password-complaint"`,
		`aria-describedby="password-complaint password-hint" aria-invalid="true" autofocus>`)
	before := ann.cookie(web.CookieName)
	ann.post("/password", "password", changed).is(200, "Your password is changed").wantPath("/account")
	after := ann.cookie(web.CookieName)
	if before == after || before[:15] != after[:15] {
		t.Error("the session has not been given a new token")
	}
	phone.get("/account").wantPath("/sign-in")
	phone.post("/sign-in", "name", "ann", "password", password).is(422)
	phone.post("/sign-in", "name", "ann", "password", changed).is(200, "Welcome back")
	copied := s.visitor(t, firefox)
	copied.client.Jar.SetCookies(mustURL(t, s.server.URL), []*http.Cookie{{Name: web.CookieName, Value: before, Path: "/", Secure: true}})
	copied.get("/account").wantPath("/sign-in")

	// Changing the password needs a recent sign-in.
	s.wait(recent)
	ann.get("/account").is(200, "sign in again").lacks("New password")
	ann.post("/password", "password", password).is(200, "please sign in again").wantPath("/sign-in")
	ann.post("/sign-in", "name", "ann", "password", changed, "next", "/account").is(200, "New password").wantPath("/account")
}

// If the password is changed during a sign-in with the old password, that sign-in fails.
func TestChangePasswordDuringSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann, other := s.member(t, "ann", firefox), s.visitor(t, safari)
	const changed = "other good words"
	compare := s.app.passwords.compare
	s.app.passwords.compare = func(hash, password []byte) error {
		// The sign-in has read the old hash by now.
		s.app.passwords.compare = compare
		ann.post("/password", "password", changed).is(200, "Your password is changed").wantPath("/account")
		return compare(hash, password)
	}
	other.post("/sign-in", "name", "ann", "password", password).is(422, "do not go together").wantPath("/sign-in")
	if value := other.cookie(web.CookieName); value != "" {
		t.Error("there is a cookie")
	}
	other.get("/account").is(200).wantPath("/sign-in")
	ann.get("/account").is(200).lacks("Safari on iPhone").wantPath("/account")
	other.post("/sign-in", "name", "ann", "password", changed).is(200, "Welcome back")
}

func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann, bob := s.member(t, "ann", firefox), s.member(t, "bob", firefox)
	phone := s.visitor(t, safari)
	phone.post("/sign-in", "name", "ann", "password", password).is(200)
	ann.post("/entries", "text", "by ann").is(200)
	bob.post("/entries", "text", "by bob").is(200)

	ann.post("/delete-account").is(422, "Tick the box", `id="sure-complaint"`,
		`aria-describedby="sure-complaint sure-hint" aria-invalid="true" autofocus>`)
	s.wait(recent)
	ann.post("/delete-account", "sure", "yes").is(200, "please sign in again").wantPath("/sign-in")
	ann.post("/sign-in", "name", "ann", "password", password).is(200, "by ann")
	ann.post("/delete-account", "sure", "yes").is(200, "are deleted", "by bob").lacks("by ann").wantPath("/")
	phone.get("/account").wantPath("/sign-in")
	phone.post("/sign-in", "name", "ann", "password", password).is(422)
	bob.get("/account").wantPath("/account")
	s.member(t, "ann", firefox) // the name is free again
}
