package storage_test

import (
	"errors"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// visitor is a request that has loaded a session, and the cookie that it gets.
type visitor struct {
	f      fixture
	s      *storage.Session
	cookie string
	err    error
}

func (v *visitor) destroy() {
	v.err = v.f.Destroy(httptest.NewRecorder(), request(v.cookie), v.s)
	if v.err == nil {
		v.cookie = ""
	}
}

func (v *visitor) regenerate() {
	v.s.Regenerate()
	v.commit()
}

func (v *visitor) set() {
	if v.err = v.s.Set("other", 1); v.err == nil {
		v.commit()
	}
}

func (v *visitor) commit() {
	cookie, err := v.f.commitTo(v.s)
	if v.err = err; err == nil {
		v.cookie = cookie
	}
}

// isAlive reports whether the visitor's cookie returns the session's data.
func (v *visitor) isAlive(t *testing.T) bool {
	return v.cookie != "" && v.f.load(t, v.cookie).Has("cart")
}

// runWithin runs the first step, and the second one immediately before the n-th call of
// the store that the first one makes. It reports whether there was such a call.
func runWithin(f fixture, n int, first, second func()) (reached bool) {
	f.calls.runBefore(n, func() { reached = true; second() })
	first()
	f.calls.runBefore(0, nil)
	return reached
}

// A destroyed session does not continue under another id, however a Destroy and a
// Regenerate interleave. Either one of them fails, or the Regenerate was completed first.
func TestRegenerateAndDestroy(t *testing.T) {
	for name, steps := range map[string]func(regenerating, destroying *visitor) (first, second func()){
		"destroy within regenerate": func(r, d *visitor) (func(), func()) { return r.regenerate, d.destroy },
		"regenerate within destroy": func(r, d *visitor) (func(), func()) { return d.destroy, r.regenerate },
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
				for n := 1; ; n++ {
					cookie := f.issue(t, "cart")
					r := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
					d := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
					first, second := steps(r, d)
					reached := runWithin(f, n, first, second)
					if !reached {
						break
					}
					for _, err := range []error{r.err, d.err} {
						if err != nil && !errors.Is(err, spec.ErrSessionNotFound) {
							t.Errorf("call %d: %v", n, err)
						}
					}
					if alive := r.isAlive(t); d.err == nil && alive || r.err == nil && !alive || (d.err == nil) == (r.err == nil) {
						t.Errorf("call %d: Destroy: %v; Regenerate: %v; alive: %v", n, d.err, r.err, alive)
					}
					if f.load(t, cookie).Has("cart") {
						t.Errorf("call %d: the old cookie works", n)
					}
					for _, id := range f.rows.ids() {
						f.rows.drop(id)
					}
				}
			})
		})
	}
}

// The same with free-running goroutines.
func TestRegenerateRacesDestroy(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		for range 100 {
			cookie := f.issue(t, "cart")
			r := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			d := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			var wg sync.WaitGroup
			wg.Go(r.regenerate)
			wg.Go(d.destroy)
			wg.Wait()
			if alive := r.isAlive(t); d.err == nil && alive || (d.err == nil) == (r.err == nil) {
				t.Errorf("Destroy: %v; Regenerate: %v; alive: %v", d.err, r.err, alive)
			}
		}
	})
}

// If two requests regenerate one session, the second one gets an error, and one row remains.
func TestRegenerateTwice(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		for n := 1; ; n++ {
			cookie := f.issue(t, "cart")
			a := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			b := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			if !runWithin(f, n, a.regenerate, b.regenerate) {
				break
			}
			if (a.err == nil) == (b.err == nil) || !errors.Is(errors.Join(a.err, b.err), spec.ErrSessionNotFound) {
				t.Errorf("call %d: %v, %v", n, a.err, b.err)
			}
			f.rows.drop(f.row(t))
		}
	})
}

// A change that is committed while another request regenerates the session is stored or
// an error. It is not lost with the old row.
func TestRegenerateAndCommit(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		for n := 1; ; n++ {
			cookie := f.issue(t, "cart")
			a := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			b := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
			f.clock.advance(1e9) // so that each commit moves the expiry
			if !runWithin(f, n, b.set, a.regenerate) {
				break
			}
			if a.err != nil || b.err != nil && !errors.Is(b.err, spec.ErrSessionNotFound) {
				t.Errorf("call %d: %v, %v", n, a.err, b.err)
			}
			// Because the expiry has moved, the change precedes the regeneration.
			if n == 1 && b.err == nil {
				t.Error("a change of the row that is gone was no error")
			}
			f.rows.drop(f.row(t))
		}
	})
}

// With callbacks, a Destroy that is completed before the Read of Regenerate is detected.
// The comment of Callbacks says what is not detected.
func TestRegenerateAndDestroyWithCallbacks(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "callbacks", nil)
	for n := 1; ; n++ {
		cookie := f.issue(t, "cart")
		r := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
		d := &visitor{f: f, s: f.load(t, cookie), cookie: cookie}
		if !runWithin(f, n, r.regenerate, d.destroy) {
			break
		}
		if d.err != nil {
			t.Errorf("call %d: %v", n, d.err)
		}
		const remove = 3 // after "create" and "read"
		if alive := r.isAlive(t); alive != (n == remove) || alive != (r.err == nil) {
			t.Errorf("call %d: Regenerate: %v; alive: %v", n, r.err, alive)
		}
	}
}
