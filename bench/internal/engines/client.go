// Package engines has what is measured: engines, the ways to read and write their
// rows, and the calls that all of these do.
//
// An [Engine], a [Competitor] and a [Call] are values. A new one is an element of
// a list.
package engines

import (
	"context"
	"errors"
	"fmt"
)

// Client does calls for one competitor. A call that it does not have is nil.
type Client struct {
	sessionAndUser func(ctx context.Context, id string) (session, user, error)
	session        func(ctx context.Context, id string) (session, error)
	create         func(ctx context.Context, s *session) error
	swap           func(ctx context.Context, from, to *session) error // of the lease
	update         func(ctx context.Context, to *session) error       // of the attributes
	remove         func(ctx context.Context, id string) error

	// admit lets the request of a session in, and returns its user's id.
	admit func(ctx context.Context, i int) (userID string, err error)

	// dataOnly says that sessions come without lease and time of sign-in, and
	// that swap and update both write all of a session.
	dataOnly bool

	rows  *Rows
	close func() error
}

// Close closes the client.
func (c *Client) Close() error {
	if c.close == nil {
		return nil
	}
	return c.close()
}

// errAbsent says that there is no such session, or not with that lease. Clients
// that are not Tenon return it.
var errAbsent = errors.New("no such session")

// one returns the error of a write that should have changed one row.
func one(changed int64, err error) error {
	if err == nil && changed != 1 {
		return errAbsent
	}
	return err
}

// Competitor is one way to read and write the rows of an engine.
type Competitor struct {
	Name  string
	About string // in half a sentence

	open func(ctx context.Context, at *place) (*Client, error)

	// own is where its rows are, if it does not share Tenon's. load makes them
	// there.
	own  string
	load func(ctx context.Context, at *place) error

	only string // the one call that it does, for those that exist for one
}

// place is where competitors find their rows.
type place struct {
	set  *Set
	dsn  string
	rows map[string]*Rows // by Competitor.own

	managed *managed // of HTTP
}

// rowsOf returns the rows of those with this own place.
func (p *place) rowsOf(own string) *Rows {
	if p.rows[own] == nil {
		p.rows[own] = newRows(p.set)
	}
	return p.rows[own]
}

// Engine is a database, and how it is measured.
type Engine struct {
	Name  string // on the command line
	Title string // on pages
	Base  string // the competitor that the others are compared with
	Slice int    // calls that are timed together

	Calls       []*Call
	Competitors []Competitor // Tenon first

	start func(ctx context.Context) (*server, error)
	fill  func(ctx context.Context, at *place) error // with Tenon's rows
}

// server is where an engine's rows are.
type server struct {
	version string
	dsn     string
	address string                      // of the server; empty: there is none between
	through func(address string) string // the DSN that leads there by another address
	pin     func(ctx context.Context, cpus string) error
	close   func() error
}

// Opened is an engine that is filled and ready.
type Opened struct {
	Engine  *Engine
	Version string
	Clients []*Client // of Engine.Competitors

	server *server
	place  *place
}

// Open starts what an engine needs, fills it with a set of rows and opens all
// competitors. Tell is told what is done next. The caller closes what is returned.
func (e *Engine) Open(ctx context.Context, set *Set, tell func(string)) (_ *Opened, err error) {
	tell("starting")
	s, err := e.start(ctx)
	if err != nil {
		return nil, err
	}
	o := &Opened{Engine: e, Version: s.version, server: s, place: &place{set: set, dsn: s.dsn, rows: map[string]*Rows{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	if e.fill != nil {
		tell("loading Tenon's tables")
		if err = e.fill(ctx, o.place); err != nil {
			return nil, fmt.Errorf("loading: %w", err)
		}
	}
	for _, c := range e.Competitors {
		if c.load == nil {
			continue
		}
		tell("loading " + c.Name)
		if err = c.load(ctx, o.place); err != nil {
			return nil, fmt.Errorf("loading %s: %w", c.Name, err)
		}
	}
	tell("opening")
	o.Clients, err = e.openAll(ctx, o.place)
	return o, err
}

func (e *Engine) openAll(ctx context.Context, at *place) ([]*Client, error) {
	var list []*Client
	for _, c := range e.Competitors {
		client, err := c.open(ctx, at)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("opening %s: %w", c.Name, err), closeAll(list))
		}
		client.rows = at.rowsOf(c.own)
		list = append(list, client)
	}
	return list, nil
}

func closeAll(list []*Client) error {
	var errs []error
	for _, c := range list {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// Address is where the engine's server is, or empty if there is none.
func (o *Opened) Address() string { return o.server.address }

// Through opens all competitors once more, at another address that leads to the
// server.
func (o *Opened) Through(ctx context.Context, address string) (_ []*Client, closeClients func() error, err error) {
	at := *o.place
	at.dsn = o.server.through(address)
	list, err := o.Engine.openAll(ctx, &at)
	return list, func() error { return closeAll(list) }, err
}

// Pin has the server run on these processors only.
func (o *Opened) Pin(ctx context.Context, cpus string) error {
	if o.server.pin == nil {
		return nil
	}
	return o.server.pin(ctx, cpus)
}

// Close closes the clients and removes the rows, and the server if Open started it.
func (o *Opened) Close() error {
	err := closeAll(o.Clients)
	if o.server.close != nil {
		err = errors.Join(err, o.server.close())
	}
	return err
}
