package storage_test

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

const racers = 64

// Many requests change one session concurrently. All commits succeed, and there is one
// session.
func TestConcurrentCommits(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		cookie := f.issue(t, "cart")
		var wg sync.WaitGroup
		for i := range racers {
			s := f.load(t, cookie)
			wg.Go(func() {
				f.clock.advance(1e6)
				if err := errors.Join(s.Set("cart", i), f.commit(t, s)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		f.row(t)
		if got, ok := f.load(t, cookie).Get("cart").(float64); !ok || got < 0 || got >= racers {
			t.Errorf("cart %v", got)
		}
	})
}

// Nothing remains of a session that is destroyed while other requests commit it.
func TestDestroyAmongCommits(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		cookie := f.issue(t, "cart")
		b := browse(t, f.pages())
		b.keep(cookie)
		var loaded []*storage.Session // loaded before the end, because afterwards the cookie begins a new session
		for range racers {
			loaded = append(loaded, f.load(t, cookie))
		}
		var wg sync.WaitGroup
		for i, s := range loaded {
			wg.Go(func() {
				err := errors.Join(s.Set("other", i), f.commit(t, s))
				if err != nil && !errors.Is(err, spec.ErrSessionNotFound) {
					t.Error(err)
				}
			})
			if i == racers/2 {
				wg.Go(func() { b.want("/destroy", "<nil>") })
			}
		}
		wg.Wait()
		if ids := f.rows.ids(); len(ids) != 0 {
			t.Errorf("%d rows", len(ids))
		}
	})
}

// With Rolling, a page that changes nothing is served even if another request ends its
// session at the same time or gives it another id. It changes neither the session nor the
// cookie.
func TestRollingPageAmongOthers(t *testing.T) {
	for name, end := range map[string]string{"regenerate": "/regenerate?once=", "destroy": "/destroy"} {
		t.Run(name, func(t *testing.T) {
			forEach(t, storeKinds, func(c *storage.Cookie) { c.Rolling = true }, func(t *testing.T, f fixture) {
				mux := http.NewServeMux()
				mux.Handle("/", f.pages())
				b := browse(t, mux)
				mux.Handle("/slow", f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
					b.want(end, "<nil>")
					io.WriteString(w, "page")
				}))
				mux.Handle("/slow-set", f.serveBehind(t, func(_ http.ResponseWriter, _ *http.Request, s *storage.Session) {
					b.want(end, "<nil>")
					report(t, s.Set("other", 1))
				}))
				b.want("/set?cart=1", "<nil>")
				if cookies := b.want("/slow", "page"); len(cookies) != 0 {
					t.Errorf("cookies %q", cookies)
				}
				ids := len(f.rows.ids())
				if there := name == "regenerate"; (ids == 1) != there || f.load(t, b.cookie()).Has("cart") != there {
					t.Errorf("%d rows", ids)
				}
				b.want("/set?cart=1", "<nil>")
				if status, _, header := b.get("/slow-set"); status != http.StatusConflict || len(header["Set-Cookie"]) != 0 {
					t.Errorf("a change: %d, header %v", status, header)
				}
			})
		})
	}
}
