package engines

import (
	"context"
	"math/rand/v2"
)

// Crowd is how many goroutines there are where there are many.
const Crowd = 64

// ByClients returns the engine with a call that this many clients do at once, with a
// slice of which each has some: nine in ten calls read, by SessionAndUser or, in a
// store of sessions alone, by Session, and one is SwapLease. It is not closed.
func (o *Opened) ByClients(clients int) (*Opened, *Call) {
	e := *o.Engine
	e.Slice = max(e.Slice, 25*clients)
	longer := *o
	longer.Engine = &e
	call := *mixed
	call.goroutines = clients
	if o.Clients[0].SessionAndUser == nil {
		call.has = func(c *Client) bool { return c.Session != nil && c.Swap != nil }
		call.do = func(ctx context.Context, c *Client, t *task) error {
			if t.renews {
				return c.Swap(ctx, &t.now, &t.renewed)
			}
			_, err := c.Session(ctx, t.now.ID)
			return err
		}
	}
	return &longer, &call
}

// CrowdCalls are what a crowd does: on the same session, on those of one user, and
// each on others.
func CrowdCalls() []*Call {
	var list []*Call
	for _, spread := range []struct {
		name string
		rows func(r *Rows, n int) []task
	}{
		{"one session", func(r *Rows, n int) []task { return r.again(n, 1) }},
		{"one user's sessions", func(r *Rows, n int) []task { return r.again(n, perUser) }},
		{"distinct sessions", (*Rows).distinct},
	} {
		for _, c := range StoreCalls {
			if c.Name != "SessionAndUser" && c.Name != "UpdateSession" {
				continue
			}
			call := *c
			call.About, call.goroutines, call.rows = spread.name, Crowd, spread.rows
			list = append(list, &call)
		}
	}
	return list
}

// again returns n tasks, or as many as there are sessions, on the first so many
// sessions of a user chosen at random, each with attributes of its own.
func (r *Rows) again(n, sessions int) []task {
	user := rand.IntN(r.set.Users)
	list := make([]task, min(n, r.set.Sessions))
	for k := range list {
		i := user*perUser + k%sessions
		list[k] = r.task(i)
		list[k].updated.Attributes = r.set.device(i, r.devices[i]+1+uint32(k/sessions))
	}
	return list
}
