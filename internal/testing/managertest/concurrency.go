package managertest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// clients is the number of concurrent clients.
const clients = 64

// concurrentValidations: of many validations of one idle session, one renews it. All
// succeed, each with the token of its own login or without a token.
func concurrentValidations(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		s := f.create(t, m)
		f.set(s.ActiveUntil)
		// All have read the idle session before any writes.
		var read sync.WaitGroup
		read.Add(clients)
		got := make([]deviceOf, clients)
		f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
			err := call()
			if op == spec.OpSessionAndUser {
				read.Done()
				read.Wait()
			}
			return err
		}, func() {
			var done sync.WaitGroup
			for i := range clients {
				done.Go(func() {
					var err error
					if got[i], _, err = m.Validate(t.Context(), s.Token()); err != nil {
						t.Errorf("Validate: %v", err)
					}
				})
			}
			done.Wait()
		})
		var renewed deviceOf
		fresh := 0
		for _, g := range got {
			if g.Fresh {
				fresh++
				renewed = g
			}
		}
		if fresh != 1 {
			t.Fatalf("%d of %d are fresh, want 1", fresh, clients)
		}
		for _, g := range got {
			keeps := g.Token().Reveal() == s.Token().Reveal() && renewal == session.Extend
			if g.ID != s.ID || g.RenewalDue || !g.ExpiresAt.Equal(renewed.ExpiresAt) ||
				!g.Fresh && !keeps && !g.Token().IsZero() {
				t.Errorf("got %+v", g)
			}
		}
		wantValid(t, m, renewed.Token())
	}
}

// concurrentDeletion: a validation that starts after a deletion has returned fails. No
// validation in progress brings the session back.
func concurrentDeletion(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		s := f.create(t, m)
		f.set(s.ActiveUntil)
		var ended atomic.Bool
		var begun, done sync.WaitGroup
		begun.Add(clients / 2)
		for i := range clients {
			done.Go(func() {
				if i < clients/2 {
					begun.Done()
				}
				for range 4 {
					after := ended.Load()
					_, _, err := m.Validate(t.Context(), s.Token())
					if err != nil && !errors.Is(err, session.ErrNoSession) {
						t.Errorf("Validate: %v", err)
					}
					if after && err == nil {
						t.Error("a validation that started after the deletion has succeeded")
					}
				}
			})
		}
		begun.Wait()
		must(t, m.Invalidate(t.Context(), s.ID))
		ended.Store(true)
		done.Wait()
		wantInvalid(t, "after the deletion", m, s.Token())
		if f.rows(t, "ann") != 0 {
			t.Error("the session is there again")
		}
	}
}

// overtakenDeletion: the deletion comes between the read and the write of every validation
// in progress. No validation brings the session back, and no later one succeeds.
func overtakenDeletion(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		s := f.create(t, m)
		f.set(s.ActiveUntil)
		ended := make(chan struct{})
		var read, done sync.WaitGroup
		read.Add(clients)
		f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
			err := call()
			if op == spec.OpSessionAndUser {
				read.Done()
				<-ended
			}
			return err
		}, func() {
			for range clients {
				done.Go(func() {
					_, _, err := m.Validate(t.Context(), s.Token())
					wantError(t, "Validate that the deletion overtook", err, session.ErrNoSession)
				})
			}
			read.Wait()
			must(t, m.Invalidate(t.Context(), s.ID))
			close(ended)
			done.Wait()
		})
		for range clients {
			done.Go(func() { wantInvalid(t, "after the deletion", m, s.Token()) })
		}
		done.Wait()
		if f.rows(t, "ann") != 0 {
			t.Error("the session is there again")
		}
	}
}

// concurrentSignOut: sign-ins racing "sign out everywhere".
func concurrentSignOut(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	type signIn struct {
		session       deviceOf
		before, after bool // it returned before the sign-out began; it began after the sign-out returned
	}
	var began, ended atomic.Bool
	signIns := make([]signIn, clients)
	var done sync.WaitGroup
	start := func(from, to int) {
		for i := from; i < to; i++ {
			done.Go(func() {
				after := ended.Load()
				s, err := m.SignIn(t.Context(), deviceOf{}, "ann", Device{})
				if err != nil {
					t.Errorf("SignIn: %v", err)
				}
				signIns[i] = signIn{s, !began.Load(), after}
			})
		}
	}
	start(0, clients/4)
	done.Wait()
	start(clients/4, clients*3/4)
	began.Store(true)
	must(t, m.InvalidateUser(t.Context(), "ann"))
	ended.Store(true)
	start(clients*3/4, clients)
	done.Wait()

	listed, err := m.List(t.Context(), "ann")
	must(t, err)
	live := map[session.ID]bool{}
	for _, s := range listed {
		live[s.ID] = true
	}
	for _, s := range signIns {
		_, _, err := m.Validate(t.Context(), s.session.Token())
		if err != nil && !errors.Is(err, session.ErrNoSession) {
			t.Errorf("Validate: %v", err)
		}
		if (err == nil) != live[s.session.ID] {
			t.Errorf("Validate says %v, List %v", err, live[s.session.ID])
		}
		if s.before && err == nil {
			t.Error("a sign-in from before the sign-out is still valid")
		}
		if s.after && err != nil {
			t.Error("a sign-in from after the sign-out is not valid")
		}
	}
}
