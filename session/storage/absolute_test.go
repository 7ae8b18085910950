package storage_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
)

// Unless Absolute is set, a session ends twice MaxAge after its first commit, however
// often it is committed and under whatever id.
func TestAbsolute(t *testing.T) {
	for name, test := range map[string]struct {
		absolute time.Duration
		want     time.Duration
	}{
		"default":           {0, 2 * maxAge},
		"a day":             {24 * time.Hour, 24 * time.Hour},
		"years":             {5 * 365 * 24 * time.Hour, 5 * 365 * 24 * time.Hour},
		"none, for 7 years": {storage.NoAbsolute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, kinds, func(c *storage.Cookie) { c.Rolling, c.Absolute = true, test.absolute }, func(t *testing.T, f fixture) {
				b := browse(t, f.pages())
				b.want("/set?cart=1", "<nil>")
				begun := f.clock.Now().Truncate(time.Millisecond)
				end := begun.Add(test.want)
				if test.want == 0 {
					end = begun.Add(7 * 365 * 24 * time.Hour)
				}
				paths := []string{"/nothing", "/regenerate?=", "/set?other=1"}
				for i := 0; ; i++ {
					step := min(maxAge-time.Hour, end.Sub(f.clock.Now())-time.Second)
					if step < time.Second {
						break
					}
					f.clock.advance(step)
					if status, _, _ := b.get(paths[i%len(paths)]); status != 200 {
						t.Fatalf("status %d after %v", status, f.clock.Now().Sub(begun))
					}
				}
				b.want("/get?cart=", "1")
				f.clock.advance(end.Sub(f.clock.Now()))
				if test.want == 0 {
					b.want("/get?cart=", "1")
					return
				}
				b.want("/get?cart=", "<nil>")
				b.want("/set?cart=2", "<nil>") // a new one
				f.clock.advance(time.Hour)
				b.want("/get?cart=", "2")
			})
		})
	}
}

// The cookie and the row have the same end.
func TestAbsoluteIsTold(t *testing.T) {
	forEach(t, kinds, func(c *storage.Cookie) { c.Absolute = maxAge + time.Hour }, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		end := f.clock.Now().Truncate(time.Millisecond).Add(maxAge + time.Hour)
		f.clock.advance(24 * time.Hour)
		cookies := b.want("/set?cart=2", "<nil>")
		if want := "; Max-Age=1126800; "; len(cookies) != 1 || !strings.Contains(cookies[0], want) { // 14 days less 23 hours
			t.Errorf("cookies %q, want %q", cookies, want)
		}
		if f.kind != "cookie" {
			if got := f.rows.expires(f.row(t)); !got.Equal(end) {
				t.Errorf("expires %v, want %v", got, end)
			}
		}
	})
}

// Values that are set after a session was destroyed belong to a new session.
func TestAbsoluteBeginsAgain(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		f.clock.advance(maxAge - time.Hour)
		b.want("/set?cart=2", "<nil>")
		f.clock.advance(maxAge - time.Hour)
		b.want("/destroy?farewell=Bye", "<nil>")
		f.clock.advance(maxAge - time.Hour)
		b.want("/get?message=", "Bye")
	})
}

// A session that expires during a request is not committed.
func TestAbsoluteEndsWithinARequest(t *testing.T) {
	forEach(t, kinds, func(c *storage.Cookie) { c.Absolute = time.Hour }, func(t *testing.T, f fixture) {
		s := f.load(t, f.issue(t, "cart"))
		check(t, s.Set("cart", 2))
		f.clock.advance(time.Hour)
		w := httptest.NewRecorder()
		if err := f.Commit(w, request(""), s); err == nil || len(w.Header()) != 0 {
			t.Errorf("%v, header %v", err, w.Header())
		}
	})
}

// A shorter MaxAge or Absolute applies to existing cookies.
func TestShorterLifetimesActAtOnce(t *testing.T) {
	for name, change := range map[string]func(*storage.Cookie){
		"MaxAge":   func(c *storage.Cookie) { c.MaxAge = time.Hour },
		"Absolute": func(c *storage.Cookie) { c.Absolute = time.Hour },
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, kinds, nil, func(t *testing.T, f fixture) {
				cookie := f.issue(t, "cart")
				shorter := f.withCookie(t, change)
				f.clock.advance(time.Hour - time.Millisecond)
				if !shorter.load(t, cookie).Has("cart") {
					t.Error("expired too early")
				}
				f.clock.advance(2 * time.Millisecond)
				if shorter.load(t, cookie).Has("cart") {
					t.Error("still alive")
				}
				if !f.load(t, cookie).Has("cart") {
					t.Error("the longer one is over too")
				}
			})
		})
	}
}
