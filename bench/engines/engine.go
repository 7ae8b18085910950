// Package engines has what is measured: engines, the ways to read and write their
// rows, and the calls that all of these do.
//
// An [Engine], a [Competitor] and a [Call] are values. A new one is an element of
// a list.
//
// It is for Tenon's own commands, and may change with any release.
package engines

import (
	"context"
	"os"
	"time"
)

// Starts is about how long it takes until the engine answers.
func (e *Engine) Starts() time.Duration {
	if e.variable == "" || e.DSN != "" || os.Getenv(e.variable) != "" {
		return 0
	}
	return 10 * time.Second
}

// Competitor is one way to read and write the rows of an engine.
type Competitor struct {
	Name  string
	About string // in half a sentence

	Open func(ctx context.Context, at *Place) (*Client, error)

	// Own is where its rows are, if it does not share Tenon's. load makes them
	// there.
	Own  string
	Load func(ctx context.Context, at *Place) error

	only string // the one call that it does, for those that exist for one
}

// Place is where competitors find their rows.
type Place struct {
	Set  *Set
	DSN  string
	rows map[string]*Rows // by Competitor.own

	managed *managed // of HTTP
}

// rowsOf returns the rows of those with this own place.
func (p *Place) rowsOf(own string) *Rows {
	if p.rows[own] == nil {
		p.rows[own] = NewRows(p.Set)
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

	// DSN is that of a server that runs already, whose database is marked as a
	// test's. If it is empty a container is started, or the server taken that the
	// environment names.
	DSN string

	variable string // of the environment that names a server; empty: there is no server
	start    func(ctx context.Context, dsn string) (*server, error)
	fill     func(ctx context.Context, at *Place) error // with Tenon's rows

	notes  func(ctx context.Context, at *Place) ([]string, error) // after it was measured; nil: none
	growth *growth                                                // nil: it is not measured with more rows
}
