package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Opened is an engine that is open, with its rows and its clients.
type Opened struct {
	Engine  *Engine
	Version string
	Clients []*Client // of Engine.Competitors

	server *server
	place  *Place
}

// Open starts the engine, fills it with a set of rows and opens all competitors. It calls
// tell with each step, for people. The caller closes the Opened.
func (e *Engine) Open(ctx context.Context, set *Set, tell func(string)) (_ *Opened, err error) {
	tell("starting")
	s, err := e.start(ctx, e.DSN)
	if err != nil {
		return nil, err
	}
	s.given = e.DSN != "" || e.variable != "" && os.Getenv(e.variable) != ""
	o := &Opened{Engine: e, Version: s.version, server: s, place: &Place{Set: set, DSN: s.dsn, rows: map[string]*Rows{}}}
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
		if c.Load == nil {
			continue
		}
		tell("loading " + c.Name)
		if err = c.Load(ctx, o.place); err != nil {
			return nil, fmt.Errorf("loading %s: %w", c.Name, err)
		}
	}
	tell("opening")
	o.Clients, err = e.openAll(ctx, o.place)
	return o, err
}

func (e *Engine) openAll(ctx context.Context, at *Place) ([]*Client, error) {
	var list []*Client
	for _, c := range e.Competitors {
		client, err := c.Open(ctx, at)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("opening %s: %w", c.Name, err), closeAll(list))
		}
		client.rows = at.rowsOf(c.Own)
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

// Address returns the network address of the engine's server. It is empty for an engine
// in this process, for several servers, and for a Unix socket.
func (o *Opened) Address() string { return o.server.address }

// HasServer reports whether calls leave this process.
func (o *Opened) HasServer() bool { return o.Engine.variable != "" }

// Through opens all competitors once more, at another address that leads to the same
// server.
func (o *Opened) Through(ctx context.Context, address string) (_ []*Client, closeClients func() error, err error) {
	at := *o.place
	at.DSN = o.server.through(address)
	list, err := o.Engine.openAll(ctx, &at)
	return list, func() error { return closeAll(list) }, err
}

// Pin makes the server run only on these processors: "0". The engine must have a server.
func (o *Opened) Pin(ctx context.Context, cpus string) error {
	return o.server.pin(ctx, cpus)
}

// Notes returns the engine's own remarks on the measurements, in sentences.
func (o *Opened) Notes(ctx context.Context) ([]string, error) {
	if o.Engine.notes == nil {
		return nil, nil
	}
	return o.Engine.notes(ctx, o.place)
}

// Close closes the clients and removes the rows, and the server if Open started it.
func (o *Opened) Close() error {
	err := closeAll(o.Clients)
	if o.server.close != nil {
		err = errors.Join(err, o.server.close())
	}
	return err
}
