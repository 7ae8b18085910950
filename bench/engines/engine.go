// Package engines defines the measurements: engines, the competitors that read and write
// their rows, and the calls that the competitors make.
//
// An [Engine], a [Competitor] and a [Call] are values. To add one, add an element to a
// list.
//
// It is for Tenon's own commands, and can change in any release.
package engines

import (
	"context"
	"os"
	"time"
)

// Starts returns roughly how long the engine takes to start.
func (e *Engine) Starts() time.Duration {
	if e.variable == "" || e.DSN != "" || os.Getenv(e.variable) != "" {
		return 0
	}
	return 10 * time.Second
}

// Competitor is one way to read and write the rows of an engine.
type Competitor struct {
	Name  string
	About string // a phrase for people, without a full stop

	Open func(ctx context.Context, at *Place) (*Client, error)

	// Own names the rows of a competitor that does not share Tenon's. Load creates
	// them.
	Own  string
	Load func(ctx context.Context, at *Place) error

	only string // the only call that it makes; empty: all of its client's calls
}

// Place is where competitors find their rows.
type Place struct {
	Set  *Set
	DSN  string
	rows map[string]*Rows // by Competitor.Own

	managed *managed // of HTTP
}

// rowsOf returns the rows of the competitors with this Own.
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

	// DSN names a running server, whose database must be marked as one for tests. If DSN
	// is empty, the server is the one that the environment names, or else a container.
	DSN string

	variable string // the environment variable that names a server; empty: the engine has no server
	start    func(ctx context.Context, dsn string) (*server, error)
	fill     func(ctx context.Context, at *Place) error // with Tenon's rows

	notes  func(ctx context.Context, at *Place) ([]string, error) // called after the measurements; can be nil
	growth *growth                                                // nil: the engine is not measured with more rows
}
