package mongo

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// problem is one thing about a collection that does not fit.
type problem struct {
	text    string
	lacking *collection // that is missing, or lacks index; nil: the operator has to decide
	index   *index      // nil: the collection is missing
}

// Check looks at collections and indexes, and at
// one document in which the id of a user is of another type, if there is one.
func (a *Adapter) Check(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	problems, err := a.examine(ctx)
	if err != nil {
		return err
	}
	return problemsError(problems)
}

// Migrate creates what is missing: collections
// with their validators, and indexes. It never changes or removes what is
// there: if something does not fit, it does nothing and returns what Check
// returns.
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

// createMissing creates what is missing: the indexes of a collection all at once, which
// takes a fraction of the time.
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

// examine compares all collections with what they should be.
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

// problemsError returns the one error that names all problems, if there are any.
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
