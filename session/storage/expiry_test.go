package storage_test

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
)

func TestRollingCommitsUnchangedSessions(t *testing.T) {
	forEach(t, kinds, func(c *storage.Cookie) { c.Rolling, c.Absolute = true, storage.NoAbsolute }, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		if cookies := b.want("/nothing", ""); len(cookies) != 0 {
			t.Errorf("a new session with nothing in it: %q", cookies)
		}
		b.want("/set?cart=1", "<nil>")
		for range 3 {
			f.clock.advance(maxAge - time.Millisecond)
			f.calls.takeCounts()
			if cookies := b.want("/nothing", ""); len(cookies) != 1 {
				t.Errorf("cookies %q", cookies)
			}
			want := map[string]string{"callbacks": "read 1, update 1", "cookie": ""}
			calls, ok := want[f.kind]
			if !ok {
				calls = "read 1, swap 1"
			}
			if got := f.calls.takeCounts(); got != calls {
				t.Errorf("calls %q, want %q", got, calls)
			}
		}
		b.want("/get?cart=", "1")
		f.clock.advance(maxAge)
		b.want("/get?cart=", "<nil>")
	})
}

// A change extends a session; reading it does not.
func TestSessionsExpire(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		f.clock.advance(maxAge / 2)
		b.want("/set?cart=2", "<nil>")
		f.clock.advance(maxAge - time.Millisecond)
		b.want("/get?cart=", "2")
		f.clock.advance(time.Millisecond)
		b.want("/get?cart=", "<nil>")
	})
}

// The store is given the expiry that follows from the cookie.
func TestTheStoreIsGivenTheExpiry(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		for _, path := range []string{"/set?cart=1", "/set?cart=2", "/regenerate?="} {
			f.clock.advance(time.Hour)
			b.want(path, "<nil>")
			want := f.clock.Now().Add(maxAge).Truncate(time.Millisecond)
			if got := f.rows.expires(f.row(t)); !got.Equal(want) {
				t.Errorf("%s: expires %v, want %v", path, got, want)
			}
		}
	})
}

// If the store does not return an expiry, that of the cookie counts.
func TestAnOldCookieOfALivingRow(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		old := b.cookie()
		f.clock.advance(maxAge / 2)
		b.want("/set?cart=2", "<nil>")
		f.clock.advance(maxAge / 2)
		b.want("/get?cart=", "2")
		b.keep(old)
		b.want("/get?cart=", "<nil>")
	})
}

// A session can be committed several times in one request.
func TestEveryCommitMovesTheExpiry(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		s := f.New()
		for i := range 3 {
			f.clock.advance(time.Hour)
			check(t, s.Set("cart", i))
			check(t, f.commit(t, s))
			want := f.clock.Now().Add(maxAge).Truncate(time.Millisecond)
			if got := f.rows.expires(f.row(t)); !got.Equal(want) {
				t.Errorf("commit %d: expires %v, want %v", i, got, want)
			}
		}
	})
}

// If the store knows when a row expires, that counts too.
func TestARowThatDiesBeforeItsCookie(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		s, err := f.rows.(*watched).store.Session(t.Context(), f.row(t))
		check(t, err)
		to := s.Lease
		to.ExpiresAt = f.clock.Now().Add(time.Hour)
		check(t, f.rows.(*watched).store.SwapLease(t.Context(), s.ID, s.Lease, to))
		f.clock.advance(time.Hour - time.Millisecond)
		b.want("/get?cart=", "1")
		f.clock.advance(time.Millisecond)
		b.want("/get?cart=", "<nil>")
	})
}
