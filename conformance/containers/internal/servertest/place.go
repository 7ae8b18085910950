package servertest

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/spec"
)

// Place is a place for a test's own store.
type Place struct {
	containers.Place
	Counts     func() containers.Counts // returns the traffic of the store
	LoseAnswer func()                   // loses the answer to the next write; nil if there is no proxy
}

// NewPlace prepares a place on a server, with more parameters in its DSN. The place is
// removed after the test.
func NewPlace(t testing.TB, server *containers.Server, parameters url.Values) Place {
	t.Helper()
	target := server.Target(parameters)
	store := conformance.Store{Name: "t" + strings.ToLower(rand.Text()[:10]), LoseAnswer: true}
	p := Place{
		Place:  target.Open(t, store),
		Counts: func() containers.Counts { return target.Counts(t, store) },
	}
	if lose := target.Options().LoseAnswer; lose != nil {
		p.LoseAnswer = func() {
			lost := lose(t, store)
			t.Cleanup(func() {
				if !lost() {
					t.Error("no answer to a write was lost")
				}
			})
		}
	}
	return p
}

// Ready creates a store's tables, a user and a session, and returns the store.
func Ready[U, S any](t testing.TB, a *spec.Store[U, S], user spec.User[U], session spec.Session[S]) *spec.Store[U, S] {
	t.Helper()
	OK(t, a.Migrate(t.Context()))
	OK(t, a.CreateUser(t.Context(), user))
	OK(t, a.CreateSession(t.Context(), session))
	return a
}
