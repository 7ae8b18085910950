package redis

import (
	"bytes"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/wire"
	"github.com/tenon-go/tenon/spec"
)

// hooks returns the suite's hooks for a store that is reached through a proxy.
func hooks(proxyOf func(conformance.Store) *wire.Proxy) conformance.Options {
	return conformance.Options{
		Cut: func(_ conformance.TB, s conformance.Store) (restore func()) {
			return proxyOf(s).Cut()
		},
		LoseAnswer: func(_ conformance.TB, s conformance.Store) (lost func() bool) {
			return proxyOf(s).LoseAnswer(func(request, answer []byte) bool {
				return bytes.Contains(request, []byte("eval")) && answer[0] != '-'
			})
		},
	}
}

// TestHooks loses a script's answer, after an answer that says that the script did not
// run.
func TestHooks(t *testing.T) {
	t.Parallel()
	f := newFake(t, map[string]string{"evalsha": "-NOSCRIPT No matching script.\r\n", "eval": bulk("done")})
	proxy, err := wire.New(f.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	store := open(t, "redis://"+proxy.Addr())
	options := hooks(func(conformance.Store) *wire.Proxy { return proxy })
	lost := options.LoseAnswer(t, conformance.Store{})
	if err := store.CreateSession(t.Context(), phone); spec.ClassOf(err) != spec.ErrIndeterminate {
		t.Errorf("a write whose answer is lost: %v", err)
	}
	if !lost() || f.count("eval") != 1 {
		t.Errorf("lost: %t; the script was sent %d times", lost(), f.count("eval"))
	}
	restore := options.Cut(t, conformance.Store{})
	if err := store.Ping(t.Context()); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Errorf("while cut off: %v", err)
	}
	restore()
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("when restored: %v", err)
	}
}
