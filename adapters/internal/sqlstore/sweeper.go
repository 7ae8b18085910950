package sqlstore

import (
	"context"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

// Sweeper implements OpenSweeper for the adapters' packages. Open opens an adapter that
// keeps only sessions.
func Sweeper(ctx context.Context, name string, open func(spec.Columns) (*Adapter, error)) (*spec.SessionStore[struct{}], error) {
	return spec.NewSessionStore[struct{}](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		a, err := open(columns)
		if err != nil {
			return nil, err
		}
		if err := a.checkSwept(ctx); err != nil {
			a.Close()
			return nil, a.dialect.opening(ctx, err)
		}
		return a, nil
	})
}

// checkSwept checks that the table is one of sessions, with any attributes, foreign keys and
// ids of users. Many other tables also have columns id and expires_at.
func (a *Adapter) checkSwept(ctx context.Context) error {
	return a.read(func(c *call) error {
		if err := c.serving(ctx); err != nil {
			return err
		}
		found, err := c.catalog(ctx, a.sessions)
		if err != nil {
			return err
		}
		problems := a.sessions.examineSwept(found)
		for i := range problems {
			problems[i].text = "table " + c.dialect.Qualified(a.sessions.name) + ": " + problems[i].text
		}
		return problemsError(problems, nil)
	})
}

// examineSwept checks that an existing table has what a sweep needs.
func (t *table) examineSwept(found Catalog) []problem {
	d := t.dialect
	switch {
	case !found.Exists:
		return []problem{{text: "is missing"}}
	case found.NotTable != "":
		return []problem{{text: "is not a table but a " + found.NotTable}}
	}
	var problems []problem
	for _, want := range t.columns {
		if want.Name == expiryColumn {
			problems = append(problems, t.examineColumn(want, found)...)
		} else if _, ok := found.column(d, want.Name); !ok {
			problems = append(problems, problem{text: fmt.Sprintf("column %s is missing", d.Quote(want.Name))})
		}
	}
	return problems
}
