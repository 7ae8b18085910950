package sqlstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/spec"
)

// Check implements spec.Migrator.
func (s *store) Check(ctx context.Context) error {
	return s.read(func(c *call) error {
		problems, err := c.examine(ctx)
		if err != nil {
			return err
		}
		return problemsError(problems, nil)
	})
}

// Migrate implements spec.Migrator. It creates what is missing: tables, indexes, the foreign
// key if the engine can add it, columns that a later release of Tenon added to all sessions,
// and columns for new attributes. In existing rows a new column is null or, if it cannot be
// null, zero. A new unique attribute should therefore be a pointer. Migrate never changes or
// removes an existing object. If anything does not fit, it does nothing and returns the
// error of Check.
func (s *store) Migrate(ctx context.Context) error {
	return s.write(ctx, func(ctx context.Context, c *call) error {
		migrate := func(ctx context.Context, c *call) error { return c.migrate(ctx) }
		if s.dialect.AutoCommit {
			return migrate(ctx, c)
		}
		return c.atomically(ctx, migrate)
	})
}

// migrate creates what is missing. Other migrations wait for it.
func (c *call) migrate(ctx context.Context) error {
	if lock := c.dialect.MigrationLock; lock != "" {
		if _, err := c.exec(ctx, sqlx.Rebind(c.dialect.Bind, lock), c.tables[0].name.Schema); err != nil {
			return err
		}
	}
	problems, err := c.examine(ctx)
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		return nil
	}
	for _, p := range problems {
		if len(p.cure) == 0 && !p.advice {
			return problemsError(problems, nil)
		}
	}
	if guard := c.dialect.Guard; guard != nil {
		if _, err := c.exec(ctx, guard.Set); err != nil {
			return err
		}
		defer func() {
			if _, err := c.exec(ctx, guard.Reset); err != nil {
				c.discard()
			}
		}()
	}
	var raced *lostRace
	for _, p := range problems {
		for _, statement := range p.cure {
			_, err := c.exec(ctx, statement)
			if c.dialect.AutoCommit && errors.As(err, &raced) {
				continue // another process has created it
			}
			if err != nil {
				return err
			}
		}
	}
	left, err := c.examine(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 && raced != nil {
		same := func(a, b problem) bool { return a.text == b.text }
		if slices.EqualFunc(left, problems, same) {
			return problemsError(left, raced) // no other Migrate was faster: the name is taken
		}
		return raced
	}
	return problemsError(left, nil)
}

// examine checks the database and compares all existing tables with the wanted ones.
func (c *call) examine(ctx context.Context) ([]problem, error) {
	if err := c.serving(ctx); err != nil {
		return nil, err
	}
	var problems []problem
	if find := c.dialect.DatabaseProblem; find != nil {
		why, err := find(ctx, c.on)
		if err != nil {
			return nil, c.classify(err, c.queries)
		}
		if why != "" { // the catalog may be another's, so it is not read
			return []problem{{text: why}}, nil
		}
	}
	if schema := c.tables[0].name.Schema; schema != "" {
		var one int
		exists, err := c.one(ctx, sqlx.Rebind(c.dialect.Bind, c.dialect.SchemaExists), []any{schema}, answers(&one))
		if err != nil {
			return nil, err
		}
		if !exists {
			problems = append(problems, problem{
				text: "schema " + c.dialect.Quote(schema) + " is missing", cure: []string{c.dialect.createSchema(schema)}})
		}
	}
	var before Catalog // the catalog of the previous table
	for _, t := range c.tables {
		found, err := c.catalog(ctx, t)
		if err != nil {
			return nil, err
		}
		t = t.after(before)
		before = found
		for _, p := range t.examine(found) {
			p.text = "table " + c.dialect.Qualified(t.name) + ": " + p.text
			problems = append(problems, p)
		}
	}
	return problems, nil
}

// problemsError returns one error that lists all problems, or nil without problems. If taken is not
// nil, it reports that a name that is needed to fix them is taken.
func problemsError(problems []problem, taken *lostRace) error {
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.text
	}
	if taken == nil {
		return &spec.Error{Class: spec.ErrFailed, Detail: strings.Join(texts, "; ")}
	}
	texts = append(texts, "the name of what would mend this is taken: "+taken.code)
	return &spec.Error{Class: spec.ErrFailed, Detail: strings.Join(texts, "; "), Cause: taken.is.Cause}
}
