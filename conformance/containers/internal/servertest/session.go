package servertest

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/internal/testing/outage"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

// Manager tests package session's manager on stores that open opens on the target of the
// options.
func Manager(t *testing.T, options conformance.Options, open Open) {
	managertest.RunAtOnce(t, func(t testing.TB) *spec.Store[managertest.User, managertest.Device] {
		return scratch.Store[managertest.User, managertest.Device](t, open.store(t, newStore(options)))
	})
}

// Outage cuts a store off while browsers use it through package web.
func Outage(t *testing.T, options conformance.Options, open Open) {
	store := newStore(options)
	store.Cut = true
	var restore func()
	outage.Run(t, scratch.Store[outage.User, outage.Device](t, open.store(t, store)),
		func() { restore = options.Cut(t, store) },
		func() { restore() })
}

func newStore(options conformance.Options) conformance.Store {
	return conformance.Store{Name: "s" + strings.ToLower(rand.Text()[:10]), Target: options.Target}
}
