package engines

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

// checks is the number of rows on which each competitor is checked.
const checks = 3

// Check returns an error unless all competitors do the same: they read what was written,
// and Tenon reads what they write, if they share its rows.
func (o *Opened) Check(ctx context.Context, call *Call) error {
	readers := map[*Rows]*Client{}
	for _, c := range o.Clients {
		if readers[c.rows] == nil {
			readers[c.rows] = c
		}
	}
	for _, i := range call.Does(o) {
		c := o.Clients[i]
		if err := call.checkClient(ctx, c, readers[c.rows]); err != nil {
			return fmt.Errorf("%s does not do the same as the others: %w", o.Engine.Competitors[i].Name, err)
		}
	}
	return nil
}

func (call *Call) checkClient(ctx context.Context, c, reader *Client) error {
	s, err := call.Prepare(ctx, c, checks)
	if err != nil {
		return err
	}
	if err := s.Run(ctx); err != nil {
		return err
	}
	for i := range s.tasks {
		if err := call.check(ctx, c, reader, &s.tasks[i]); err != nil {
			return fmt.Errorf("%s: %w", call.Name, err)
		}
	}
	return s.Finish(ctx)
}

// checkHeld checks that reader finds this session, which c has written.
func checkHeld(ctx context.Context, c, reader *Client, want session) error {
	got, err := reader.Session(ctx, want.ID)
	if err != nil {
		return fmt.Errorf("reading it: %w", err)
	}
	return same(c, got, want)
}

func same(c *Client, got, want session) error {
	if c.DataOnly {
		want = session{ID: want.ID, UserID: want.UserID, Attributes: want.Attributes}
	}
	if got != want {
		return fmt.Errorf("there is %+v, want %+v", got, want)
	}
	return nil
}

func checkAbsent(ctx context.Context, reader *Client, id string) error {
	_, err := reader.Session(ctx, id)
	if errors.Is(err, ErrAbsent) || errors.Is(err, spec.ErrSessionNotFound) {
		return nil
	}
	return fmt.Errorf("reading a deleted session: %v", err)
}

func checkSessionAndUser(ctx context.Context, c, _ *Client, t *task) error {
	s, u, err := c.SessionAndUser(ctx, t.now.ID)
	if err != nil {
		return err
	}
	if want := c.rows.set.user(c.rows.set.owner(t.number)); u != want {
		return fmt.Errorf("there is %+v, want %+v", u, want)
	}
	return same(c, s, c.rows.Session(t.number))
}

// checkSwapped checks the new lease, and that a swap compares leases: the same swap fails
// the second time.
func checkSwapped(ctx context.Context, c, reader *Client, t *task) error {
	if err := checkHeld(ctx, c, reader, t.renewed); err != nil || c.DataOnly {
		return err
	}
	err := c.Swap(ctx, &t.now, &t.renewed)
	if errors.Is(err, ErrAbsent) || errors.Is(err, spec.ErrStale) {
		return nil
	}
	return fmt.Errorf("swapping a lease that it no longer has: %v", err)
}
