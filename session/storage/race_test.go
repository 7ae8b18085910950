package storage_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

const racers = 64

// Of many requests that change one session at a time all are stored, one after
// another, and there is one session.
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

// Whatever commits while a session is destroyed, nothing is left.
func TestDestroyAmongCommits(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		cookie := f.issue(t, "cart")
		b := browse(t, f.pages())
		b.keep(cookie)
		var wg sync.WaitGroup
		for i := range racers {
			s := f.load(t, cookie)
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
