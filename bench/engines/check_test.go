package engines

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/scratch"
)

func open(t *testing.T, e *Engine) *Opened {
	t.Helper()
	t.Setenv("TMPDIR", scratch.Dir(t))
	set := &Set{Users: 10, Sessions: 50, Began: time.Now().UTC().Truncate(time.Millisecond)}
	o, err := e.Open(t.Context(), set, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func callNamed(t *testing.T, name string) *Call {
	t.Helper()
	calls, err := ChooseCalls(name)
	if err != nil {
		t.Fatal(err)
	}
	return calls[0]
}

// Every competitor of an engine in this process makes every call as Tenon does. (For
// engines with servers, a run checks that before it measures.)
func TestCompetitorsDoTheSame(t *testing.T) {
	for _, e := range []*Engine{Memory, HTTP, SQLite} {
		t.Run(e.Name, func(t *testing.T) {
			o := open(t, e)
			for _, call := range e.Calls {
				if len(call.Does(o)) < 2 {
					t.Errorf("%s: only %d do it", call.Name, len(call.Does(o)))
				}
				for range 3 { // each round leaves the rows ready for the next
					if err := o.Check(t.Context(), call); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// Check finds a competitor that does less than Tenon, or something else.
func TestCheckFindsFaults(t *testing.T) {
	for _, test := range []struct {
		call, want string
		engine     *Engine
		spoil      func(right Client, c *Client)
	}{
		{"SessionAndUser", "SessionAndUser: there is", Memory, func(right Client, c *Client) {
			c.SessionAndUser = func(ctx context.Context, id string) (session, user, error) {
				s, u, err := right.SessionAndUser(ctx, id)
				u.Attributes.Logins++
				return s, u, err
			}
		}},
		{"SessionAndUser", "SessionAndUser: there is", SQLite, func(right Client, c *Client) {
			c.SessionAndUser = func(ctx context.Context, id string) (session, user, error) {
				s, u, err := right.SessionAndUser(ctx, id)
				s.ExpiresAt = s.ExpiresAt.Add(time.Millisecond)
				return s, u, err
			}
		}},
		{"Session", "Session: there is", SQLite, func(right Client, c *Client) {
			c.Session = func(ctx context.Context, id string) (session, error) {
				s, err := right.Session(ctx, id)
				s.Attributes.Agent = ""
				return s, err
			}
		}},
		{"CreateSession", "CreateSession: there is", SQLite, func(right Client, c *Client) {
			c.Create = func(ctx context.Context, s *session) error {
				changed := *s
				changed.Credential += "!"
				return right.Create(ctx, &changed)
			}
		}},
		{"CreateSession", "CreateSession: reading it", Memory, func(_ Client, c *Client) {
			c.Create = func(context.Context, *session) error { return nil }
		}},
		{"SwapLease", "SwapLease: there is", SQLite, func(_ Client, c *Client) {
			c.Swap = func(context.Context, *session, *session) error { return nil }
		}},
		{"SwapLease", "SwapLease: swapping a lease that it no longer has", Memory, func(right Client, c *Client) {
			c.Swap = func(ctx context.Context, from, to *session) error {
				held, err := right.Session(ctx, from.ID)
				if err != nil {
					return err
				}
				return right.Swap(ctx, &held, to)
			}
		}},
		{"UpdateSession", "UpdateSession: there is", SQLite, func(_ Client, c *Client) {
			c.Update = func(context.Context, *session) error { return nil }
		}},
		{"DeleteSession", "DeleteSession: reading a deleted session", SQLite, func(_ Client, c *Client) {
			c.Remove = func(context.Context, string) error { return nil }
		}},
		{"Mixed", "Mixed: there is", Memory, func(_ Client, c *Client) {
			c.Swap = func(context.Context, *session, *session) error { return nil }
		}},
		{"Request", "Request: admitted", HTTP, func(right Client, c *Client) {
			c.Admit = func(ctx context.Context, i int) (string, error) {
				id, err := right.Admit(ctx, i)
				return id + "!", err
			}
		}},
	} {
		t.Run(test.call+" on "+test.engine.Name, func(t *testing.T) {
			o := open(t, test.engine)
			right := *o.Clients[1]
			test.spoil(right, o.Clients[1])
			err := o.Check(t.Context(), callNamed(t, test.call))
			if err == nil || !strings.Contains(err.Error(), test.engine.Competitors[1].Name) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want that %s: %s", err, test.engine.Competitors[1].Name, test.want)
			}
		})
	}
}

func TestUnknownNames(t *testing.T) {
	_, err := Choose(All, "memory,oracle")
	if want := `unknown engine "oracle": the engines are memory, http, sqlite, postgres, expiry, mysql, mariadb, mongo, redis, valkey`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = ChooseCalls("Sessions")
	if want := `unknown call "Sessions": the calls are SessionAndUser, Session, CreateSession, SwapLease, UpdateSession, DeleteSession, Mixed, Request, SwapOnce, SwapOften, Sweep, SweepEmpty`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Every engine has its base, and has Tenon first, which reads the rows that the others
// write. An engine without Tenon is possible only if each competitor has its own rows.
func TestEngines(t *testing.T) {
	for _, e := range All {
		found, shared := false, false
		for _, c := range e.Competitors {
			found, shared = found || c.Name == e.Base, shared || c.Own == ""
		}
		first := strings.HasPrefix(e.Competitors[0].Name, "Tenon") && e.Competitors[0].Own == ""
		if !found || shared && !first || len(e.Calls) == 0 {
			t.Errorf("%s: base %q, first %q with rows of %q, %d calls", e.Name, e.Base, e.Competitors[0].Name, e.Competitors[0].Own, len(e.Calls))
		}
	}
}
