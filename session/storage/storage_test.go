package storage_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

func TestValuesAreThereInTheNextRequest(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/get?cart=", "<nil>")
		b.want("/has?cart=", "false")
		b.want("/set?cart=3+apples", "<nil>")
		b.want("/get?cart=", "3 apples")
		b.want("/get?cart=", "3 apples")
		b.want("/has?cart=", "true")
		b.want("/set?cart=none", "<nil>")
		b.want("/get?cart=", "none")
		b.want("/unset?cart=", "<nil>")
		b.want("/has?cart=", "false")
		b.want("/get?cart=", "<nil>")
	})
}

func TestFlashIsThereOnce(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/flash?message=saved", "<nil>")
		b.want("/has?message=", "true")
		b.want("/get?message=", "saved")
		b.want("/has?message=", "false")
		b.want("/get?message=", "<nil>")

		b.want("/flash?message=saved", "<nil>")
		b.want("/unset?message=", "<nil>")
		b.want("/get?message=", "<nil>")
	})
}

func TestVisitorsDoNotShare(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		ann := browse(t, f.pages())
		bob := ann.openAnother()
		ann.want("/set?name=Ann", "<nil>")
		bob.want("/set?name=Bob", "<nil>")
		ann.want("/get?name=", "Ann")
		bob.want("/get?name=", "Bob")
		bob.want("/destroy", "<nil>")
		ann.want("/get?name=", "Ann")
	})
}

// An unchanged session costs one read, and a request without a session costs nothing.
func TestUnchangedSessionsWriteNothing(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		cookies := slices.Concat(
			b.want("/nothing", ""),
			b.want("/get?cart=", "<nil>"),
			b.want("/unset?cart=", "<nil>"),
			b.want("/regenerate?=", "<nil>"),
		)
		if got := f.calls.takeCounts(); got != "" || len(cookies) != 0 {
			t.Errorf("without a session: calls %q, cookies %q", got, cookies)
		}
		b.want("/set?cart=1", "<nil>")
		f.calls.takeCounts()
		cookies = slices.Concat(
			b.want("/nothing", ""),
			b.want("/get?cart=", "1"),
			b.want("/has?cart=", "true"),
			b.want("/set?cart=1", "<nil>"), // the same value
			b.want("/unset?other=", "<nil>"),
		)
		want := "read 5"
		if f.kind == "cookie" {
			want = ""
		}
		if got := f.calls.takeCounts(); got != want || len(cookies) != 0 {
			t.Errorf("calls %q, want %q; cookies %q", got, want, cookies)
		}
	})
}

func TestChangesWriteWhatWasChanged(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		update, end := "read 1, swap 1, update 1", "read 1, swap 1, delete 1"
		if f.kind == "callbacks" {
			update, end = "read 1, update 1", "read 2, delete 1"
		}
		for _, step := range []struct{ path, calls string }{
			{"/set?cart=1", "create 1"},
			{"/set?cart=2", update},
			{"/flash?message=1", update},
			{"/get?message=", update},
			{"/regenerate?=", "create 1, " + end},
			{"/destroy", end},
		} {
			if status, _, header := b.get(step.path); status != 200 || len(header["Set-Cookie"]) != 1 {
				t.Errorf("%s: %d, cookies %q", step.path, status, header["Set-Cookie"])
			}
			if got := f.calls.takeCounts(); got != step.calls {
				t.Errorf("%s: calls %q, want %q", step.path, got, step.calls)
			}
		}
	})
}

// A request that reads a flash value does not overwrite a value that another request sets
// at the same time, and vice versa.
func TestFlashAndValuesAreStoredApart(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		b.want("/flash?message=saved", "<nil>")
		slow := f.load(t, b.cookie())
		b.want("/set?cart=2", "<nil>")
		if got := slow.Get("message"); got != "saved" {
			t.Errorf("message %v", got)
		}
		check(t, f.commit(t, slow))
		b.want("/get?cart=", "2")
		b.want("/has?message=", "false")

		slow = f.load(t, b.cookie())
		b.want("/flash?message=again", "<nil>")
		check(t, slow.Set("cart", "3"))
		check(t, f.commit(t, slow))
		b.want("/get?cart=", "3")
		b.want("/get?message=", "again")
	})
}

func TestAnUnknownIDIsNeverAdopted(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		id, cookie := f.row(t), b.cookie()
		f.rows.drop(id)
		b.want("/get?cart=", "<nil>")
		b.want("/set?cart=2", "<nil>")
		if f.row(t) == id || b.cookie() == cookie {
			t.Error("the id that the client presented was taken")
		}
		b.want("/get?cart=", "2")
	})
}

func TestAGoneSessionIsNeverCreatedAgain(t *testing.T) {
	changes := map[string]func(*storage.Session) error{
		"set":        func(s *storage.Session) error { return s.Set("cart", 2) },
		"flash":      func(s *storage.Session) error { return s.Flash("cart", 2) },
		"unset":      func(s *storage.Session) error { s.Unset("cart"); return nil },
		"regenerate": func(s *storage.Session) error { s.Regenerate(); return nil },
		"rolling":    func(s *storage.Session) error { return nil },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			rolling := func(c *storage.Cookie) { c.Rolling = name == "rolling" }
			forEach(t, storeKinds, rolling, func(t *testing.T, f fixture) {
				b := browse(t, f.pages())
				b.want("/set?cart=1", "<nil>")
				s := f.load(t, b.cookie())
				b.want("/destroy", "<nil>")
				check(t, change(s))
				want := spec.ErrSessionNotFound
				if name == "rolling" {
					want = nil // no change is lost
				}
				for range 2 { // the second try must not succeed either
					if cookie, err := f.commitTo(s); !errors.Is(err, want) || cookie != "" {
						t.Errorf("commit: cookie %q, %v, want none and %v", cookie, err, want)
					}
					if ids := f.rows.ids(); len(ids) != 0 {
						t.Errorf("there are %d rows", len(ids))
					}
				}
			})
		})
	}
}

func TestRegenerateGivesANewID(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		id, old := f.row(t), b.cookie()
		b.want("/regenerate?=", "<nil>")
		b.want("/get?cart=", "1")
		if b.cookie() == old {
			t.Error("the cookie is the same")
		}
		if f.row(t) == id {
			t.Error("the id is the same")
		}
		thief := b.openAnother()
		thief.keep(old)
		thief.want("/get?cart=", "<nil>")
	})
}

func TestDestroyReallyClears(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		old := b.cookie()
		cookies := b.want("/destroy", "<nil>")
		want := "__Host-data=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
		if len(cookies) != 1 || cookies[0] != want {
			t.Errorf("cookies %q, want %q", cookies, want)
		}
		if b.cookie() != "" || len(f.rows.ids()) != 0 {
			t.Errorf("cookie %q, %d rows", b.cookie(), len(f.rows.ids()))
		}
		b.want("/get?cart=", "<nil>")

		b.keep(old)
		if f.kind == "cookie" {
			b.want("/get?cart=", "1") // as documented
		} else {
			b.want("/get?cart=", "<nil>")
		}
	})
}

func TestDestroyAndAFarewell(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		b.want("/set?cart=1", "<nil>")
		ids := f.rows.ids()
		cookies := b.want("/destroy?farewell=bye", "<nil>")
		if len(cookies) != 1 {
			t.Errorf("cookies %q, want one", cookies)
		}
		if f.kind != "cookie" && f.row(t) == ids[0] {
			t.Error("the id is the same")
		}
		b.want("/get?message=", "bye")
		b.want("/get?cart=", "<nil>")
	})
}

func TestCookiesAreNotStored(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.pages())
		for _, path := range []string{"/set?cart=1", "/destroy"} {
			if _, _, header := b.get(path); header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: Cache-Control %q", path, header.Get("Cache-Control"))
			}
		}
		if _, _, header := b.get("/nothing"); header.Get("Cache-Control") != "" {
			t.Errorf("Cache-Control %q", header.Get("Cache-Control"))
		}
	})
}
