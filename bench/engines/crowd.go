package engines

import (
	"context"
	"math/rand/v2"
	"slices"
)

// Crowd is the number of goroutines in measurements with many goroutines.
const Crowd = 64

// ByClients returns the engine, and a call that this many clients make at once, with
// slices that are long enough for all. Nine in ten calls are SessionAndUser, or Session
// if the store keeps only sessions. One in ten is SwapLease. The caller must not close
// the returned engine.
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

// Read returns the call that reads a session: SessionAndUser, or Session if the store keeps
// no users.
func (o *Opened) Read() *Call {
	return StoreCalls[slices.IndexFunc(StoreCalls, func(c *Call) bool { return c.has(o.Clients[0]) })]
}

// CrowdCalls returns the calls of many goroutines, which read and update the same session,
// the sessions of one user, and each other sessions.
func (o *Opened) CrowdCalls() []*Call {
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
			if c != o.Read() && c.Name != "UpdateSession" {
				continue
			}
			call := *c
			call.About, call.goroutines, call.rows = spread.name, Crowd, spread.rows
			list = append(list, &call)
		}
	}
	return list
}

// again returns n tasks, or as many as there are sessions, on the first few sessions of a
// random user. Each task has its own attributes.
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
