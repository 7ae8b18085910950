package managertest

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// signOutByToken: the newest token of a session, and the one before it, end the session.
// With an older or a wrong token, SignOut reports that the session lives.
func signOutByToken(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	rotateNow := func(s deviceOf) deviceOf {
		t.Helper()
		s, err := m.RotateNow(t.Context(), s)
		must(t, err)
		return s
	}
	s := f.create(t, m)
	must(t, m.SignOut(t.Context(), s.Token()))
	wantInvalid(t, "of a session that was signed out", m, s.Token())
	must(t, m.SignOut(t.Context(), s.Token())) // again
	must(t, m.SignOut(t.Context(), session.Token{}))

	// A token that RotateNow made void while the request was on its way.
	first := f.create(t, m)
	second := rotateNow(first)
	wantInvalid(t, "before RotateNow", m, first.Token())
	must(t, m.SignOut(t.Context(), first.Token()))
	wantInvalid(t, "after a sign-out with the token before", m, second.Token())

	// An older token, and one that was never issued.
	first = f.create(t, m)
	second = rotateNow(first)
	third := rotateNow(second)
	wrong, err := session.ParseToken(string(first.ID) + session.NewToken().Reveal()[15:])
	must(t, err)
	for _, token := range []session.Token{first.Token(), wrong} {
		wantError(t, "SignOut", m.SignOut(t.Context(), token), session.ErrTokenReplaced)
		wantError(t, "SignOutEverywhere", m.SignOutEverywhere(t.Context(), token), session.ErrTokenReplaced)
	}
	wantValid(t, m, third.Token())
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpSession), func() {
		wantError(t, "SignOut", m.SignOut(t.Context(), third.Token()), spec.ErrUnavailable)
	})
	must(t, m.SignOut(t.Context(), second.Token()))
	wantInvalid(t, "of the newest token", m, third.Token())

	// A token that a renewal replaced long ago.
	first = f.create(t, m)
	f.wait(24 * time.Hour)
	second = wantValid(t, m, first.Token())
	wantValid(t, m, second.Token())
	f.wait(time.Hour)
	wantInvalid(t, "after the grace", m, first.Token())
	must(t, m.SignOut(t.Context(), first.Token()))
	wantInvalid(t, "of the newest token", m, second.Token())

	// RotateNow by a request with the previous token while the newest was on its way: the
	// client can have either.
	first = f.create(t, m)
	f.wait(24 * time.Hour)
	wantValid(t, m, first.Token()) // whose answer is lost
	again := wantValid(t, m, first.Token())
	third = rotateNow(again)
	must(t, m.SignOut(t.Context(), first.Token()))
	wantInvalid(t, "of the newest token", m, third.Token())

	// An expired session has ended, whichever token is presented.
	s = f.create(t, m)
	f.set(s.ExpiresAt)
	wrong, err = session.ParseToken(string(s.ID) + session.NewToken().Reveal()[15:])
	must(t, err)
	must(t, m.SignOut(t.Context(), wrong))
}

func signOutEverywhereByToken(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	first, other := f.create(t, m), f.create(t, m)
	bobs, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	bystander, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	second, err := m.RotateNow(t.Context(), first)
	must(t, err)
	must(t, m.SignOutEverywhere(t.Context(), first.Token()))
	wantInvalid(t, "of this session", m, second.Token())
	wantInvalid(t, "of another session", m, other.Token())
	wantValid(t, m, bobs.Token())
	must(t, m.SignOutEverywhere(t.Context(), visitor.Token()))
	wantInvalid(t, "of an anonymous session", m, visitor.Token())
	wantValid(t, m, bystander.Token())
	must(t, m.SignOutEverywhere(t.Context(), session.Token{}))
}
