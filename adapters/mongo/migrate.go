package mongo

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// problem is one property of a collection that does not fit.
type problem struct {
	text    string
	lacking *collection // the collection that is missing or lacks index; nil if the operator has to decide
	index   *index      // the missing index; nil if the collection is missing
}

// Check implements [spec.Migrator]. It examines collections and indexes, and looks for a
// document in which the id of a user has another type.
func (a *Adapter) Check(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	problems, err := a.examine(ctx)
	if err != nil {
		return err
	}
	return problemsError(problems)
}

// Migrate implements [spec.Migrator]. It creates what is missing: collections with their
// validators, and indexes. It never changes or removes an existing object. If anything does
// not fit, it does nothing and returns the error of Check.
func (a *Adapter) Migrate(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	problems, err := a.examine(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		if p.lacking == nil {
			return problemsError(problems)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	if err := failViolation(a.classify(ctx, createMissing(ctx, problems), writes)); err != nil {
		return err
	}
	if problems, err = a.examine(ctx); err != nil {
		return err
	}
	return problemsError(problems)
}

// createMissing creates what is missing. It creates all indexes of a collection with one
// command, which takes a fraction of the time.
func createMissing(ctx context.Context, problems []problem) error {
	indexes := map[*collection][]index{}
	for _, p := range problems {
		if p.index != nil {
			indexes[p.lacking] = append(indexes[p.lacking], *p.index)
		} else if err := p.lacking.create(ctx); err != nil {
			return err
		}
	}
	for c, list := range indexes {
		if err := c.createIndexes(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// examine compares all existing collections with the wanted ones.
func (a *Adapter) examine(ctx context.Context) ([]problem, error) {
	var problems []problem
	for _, c := range []*collection{a.users, a.sessions} {
		if c == nil {
			continue
		}
		found, err := a.readCatalog(ctx, c)
		if err != nil {
			return nil, err
		}
		for _, p := range c.examine(found) {
			p.text = "collection " + c.Name() + ": " + p.text
			problems = append(problems, p)
		}
	}
	return problems, nil
}

// problemsError returns one error that lists all problems, or nil without problems.
func problemsError(problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.text
	}
	return &spec.Error{Class: spec.ErrFailed, Detail: strings.Join(texts, "; ")}
}
