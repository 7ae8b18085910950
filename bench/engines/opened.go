package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Opened is an engine that is filled and ready.
type Opened struct {
	Engine  *Engine
	Version string
	Clients []*Client // of Engine.Competitors

	server *server
	place  *Place
}

// Open starts what an engine needs, fills it with a set of rows and opens all
// competitors. Tell is told what is done next. The caller closes what is returned.
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

// Address is where the engine's server is. It is empty for an engine in this process,
// and where connections go to several servers or by no network.
func (o *Opened) Address() string { return o.server.address }

// HasServer reports whether calls leave this process.
func (o *Opened) HasServer() bool { return o.Engine.variable != "" }

// Through opens all competitors once more, at another address that leads to the
// server.
func (o *Opened) Through(ctx context.Context, address string) (_ []*Client, closeClients func() error, err error) {
	at := *o.place
	at.DSN = o.server.through(address)
	list, err := o.Engine.openAll(ctx, &at)
	return list, func() error { return closeAll(list) }, err
}

// Pin has the server run on these processors only: "0". There must be one.
func (o *Opened) Pin(ctx context.Context, cpus string) error {
	return o.server.pin(ctx, cpus)
}

// Notes returns what the engine itself says of what was measured, in sentences.
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
