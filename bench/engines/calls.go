package engines

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Call is a call that is measured.
type Call struct {
	Name  string
	About string // a phrase for people, without a full stop

	goroutines int // that make the call at once; 0: one

	has    func(*Client) bool
	rows   func(r *Rows, n int) []task
	before func(ctx context.Context, c *Client, t *task) error // not timed; nil: nothing
	do     func(ctx context.Context, c *Client, t *task) error
	after  func(ctx context.Context, c *Client, t *task) error // not timed; nil: nothing
	check  func(ctx context.Context, c, reader *Client, t *task) error
}

// StoreCalls lists the calls of every store. A store that keeps only sessions does not have
// SessionAndUser.
var StoreCalls = []*Call{
	{
		Name:  "SessionAndUser",
		About: "a session and its user by the session's id, as every request needs them",
		has:   func(c *Client) bool { return c.SessionAndUser != nil },
		rows:  (*Rows).random,
		do: func(ctx context.Context, c *Client, t *task) error {
			s, u, err := c.SessionAndUser(ctx, t.now.ID[t.skip:])
			t.read = zero(s.Attributes.Agent) | zero(u.Attributes.Email)
			return err
		},
		check: checkSessionAndUser,
	},
	{
		Name:  "Session",
		About: "a session by its id",
		has:   func(c *Client) bool { return c.Session != nil },
		rows:  (*Rows).random,
		do: func(ctx context.Context, c *Client, t *task) error {
			s, err := c.Session(ctx, t.now.ID[t.skip:])
			t.read = zero(s.Attributes.Agent)
			return err
		},
		check: func(ctx context.Context, c, _ *Client, t *task) error {
			return checkHeld(ctx, c, c, c.rows.Session(t.number))
		},
	},
	{
		Name:  "CreateSession",
		About: "a sign-in: one more session of a user",
		has:   func(c *Client) bool { return c.Create != nil },
		rows:  (*Rows).fresh,
		do:    func(ctx context.Context, c *Client, t *task) error { return c.Create(ctx, &t.now) },
		after: func(ctx context.Context, c *Client, t *task) error { return c.Remove(ctx, t.now.ID) },
		check: func(ctx context.Context, c, reader *Client, t *task) error { return checkHeld(ctx, c, reader, t.now) },
	},
	{
		Name:  "SwapLease",
		About: "a renewal: the lease of a session is compared and replaced",
		has:   func(c *Client) bool { return c.Swap != nil },
		rows:  (*Rows).distinct,
		do: func(ctx context.Context, c *Client, t *task) error {
			return c.Swap(ctx, &t.now, &t.renewed)
		},
		after: func(_ context.Context, c *Client, t *task) error { c.rows.swapped(t.number); return nil },
		check: checkSwapped,
	},
	{
		Name:  "UpdateSession",
		About: "new attributes of a session",
		has:   func(c *Client) bool { return c.Update != nil },
		rows:  (*Rows).distinct,
		do:    func(ctx context.Context, c *Client, t *task) error { return c.Update(ctx, &t.updated) },
		after: func(_ context.Context, c *Client, t *task) error { c.rows.updated(t.number); return nil },
		check: func(ctx context.Context, c, reader *Client, t *task) error {
			return checkHeld(ctx, c, reader, t.updated)
		},
	},
	{
		Name:   "DeleteSession",
		About:  "a sign-out",
		has:    func(c *Client) bool { return c.Remove != nil },
		rows:   (*Rows).fresh,
		before: func(ctx context.Context, c *Client, t *task) error { return c.Create(ctx, &t.now) },
		do:     func(ctx context.Context, c *Client, t *task) error { return c.Remove(ctx, t.now.ID) },
		check: func(ctx context.Context, c, reader *Client, t *task) error {
			return checkAbsent(ctx, reader, t.now.ID)
		},
	},
}

// mixed is the call of several goroutines at once.
var mixed = &Call{
	Name:       "Mixed",
	About:      "8 goroutines: nine in ten calls are SessionAndUser, one is SwapLease. The time is that of all calls, divided by their number",
	goroutines: 8,
	has:        func(c *Client) bool { return c.SessionAndUser != nil && c.Swap != nil },
	rows: func(r *Rows, n int) []task {
		list := r.distinct(n)
		for k := 0; k < len(list); k += 10 {
			list[k].renews = true
		}
		return list
	},
	do: func(ctx context.Context, c *Client, t *task) error {
		if t.renews {
			return c.Swap(ctx, &t.now, &t.renewed)
		}
		_, _, err := c.SessionAndUser(ctx, t.now.ID)
		return err
	},
	after: func(_ context.Context, c *Client, t *task) error {
		if t.renews {
			c.rows.swapped(t.number)
		}
		return nil
	},
	check: func(ctx context.Context, c, reader *Client, t *task) error {
		if t.renews {
			return checkHeld(ctx, c, reader, t.renewed)
		}
		return checkHeld(ctx, c, reader, t.now)
	},
}

// requestCalls lists the calls that measure the code in front of a store.
var requestCalls = []*Call{
	{
		Name:  "Request",
		About: "from a request's cookie to the session and its user, in a handler, without a network",
		has:   func(c *Client) bool { return c.Admit != nil },
		rows:  (*Rows).random,
		do: func(ctx context.Context, c *Client, t *task) error {
			_, err := c.Admit(ctx, t.number)
			return err
		},
		check: func(ctx context.Context, c, _ *Client, t *task) error {
			got, err := c.Admit(ctx, t.number)
			if want := c.rows.Session(t.number).UserID; err == nil && got != want {
				err = fmt.Errorf("admitted %q, want %q", got, want)
			}
			return err
		},
	},
}

// Does returns the indexes of the competitors that can make the call. If the base is not
// among them, the first of them is the base.
func (call *Call) Does(o *Opened) []int {
	var list []int
	for i, c := range o.Engine.Competitors {
		if (c.only == "" || c.only == call.Name) && call.has(o.Clients[i]) {
			list = append(list, i)
		}
	}
	return list
}

// Slice is a number of calls of one client, ready to be timed.
type Slice struct {
	call   *Call
	client *Client
	tasks  []task
}

// Prepare prepares n calls, or as many as there are rows for.
func (call *Call) Prepare(ctx context.Context, c *Client, n int) (*Slice, error) {
	s := &Slice{call, c, call.rows(c.rows, n)}
	return s, s.each(ctx, call.before)
}

// Len returns the number of calls.
func (s *Slice) Len() int { return len(s.tasks) }

// Run makes the calls.
func (s *Slice) Run(ctx context.Context) error {
	return s.run(func(part *Slice, _ int) error { return part.each(ctx, s.call.do) })
}

// RunTimed makes the calls and returns the duration of each.
func (s *Slice) RunTimed(ctx context.Context) ([]time.Duration, error) {
	took := make([]time.Duration, len(s.tasks))
	return took, s.run(func(part *Slice, first int) error {
		last, read := time.Now(), 0
		for i := range part.tasks {
			part.tasks[i].skip = read
			if err := s.call.do(ctx, s.client, &part.tasks[i]); err != nil {
				return fmt.Errorf("%s: %w", s.call.Name, err)
			}
			now := time.Now()
			took[first+i], last, read = now.Sub(last), now, part.tasks[i].read
		}
		return nil
	})
}

// run calls do in each goroutine, with its part of the slice and the index of its first
// task.
func (s *Slice) run(do func(part *Slice, first int) error) error {
	goroutines := cmp.Or(s.client.goroutines, s.call.goroutines, 1)
	if goroutines == 1 {
		return do(s, 0)
	}
	var all sync.WaitGroup
	errs := make([]error, goroutines)
	share := (len(s.tasks) + len(errs) - 1) / len(errs)
	for i := range errs {
		all.Go(func() {
			part := *s
			first := min(i*share, len(s.tasks))
			part.tasks = s.tasks[first:min(first+share, len(s.tasks))]
			errs[i] = do(&part, first)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// Finish undoes the calls whose rows must not stay, and records the effect of the others
// in the client's Rows.
func (s *Slice) Finish(ctx context.Context) error { return s.each(ctx, s.call.after) }

func (s *Slice) each(ctx context.Context, f func(context.Context, *Client, *task) error) error {
	if f == nil {
		return nil
	}
	read := 0
	for i := range s.tasks {
		s.tasks[i].skip = read
		if err := f(ctx, s.client, &s.tasks[i]); err != nil {
			return fmt.Errorf("%s: %w", s.call.Name, err)
		}
		read = s.tasks[i].read
	}
	return nil
}

// zero returns 0, which the processor knows only when it has read the text. A read whose id
// depends on it begins when the read before it has ended, as in a request, which uses what it
// has read. Otherwise the processor would begin reads in memory while it waits for others.
func zero(text string) int {
	if text == "" {
		return 0
	}
	return int(text[0] >> 7) // texts are ASCII
}
