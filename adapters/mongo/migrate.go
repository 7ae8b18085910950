package mongo

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// problem is one thing about a collection that does not fit.
type problem struct {
	text    string
	lacking *collection // that is missing, or lacks index; nil: somebody has to decide
	index   *index      // nil: the collection is missing
}

// Check implements spec.Migrator. It looks at collections and indexes, and at
// one document in which the id of a user is of another type, if there is one.
func (s *store) Check(ctx context.Context) error {
	const op = spec.OpCheck
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	problems, err := s.examine(ctx, op)
	if err != nil {
		return err
	}
	return s.unfit(op, problems)
}

// Migrate implements spec.Migrator. It creates what is missing: collections
// with their validators, and indexes. It never changes or removes what is
// there: if something does not fit, it does nothing and returns what Check
// returns.
func (s *store) Migrate(ctx context.Context) error {
	const op = spec.OpMigrate
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	problems, err := s.examine(ctx, op)
	if err != nil {
		return err
	}
	for _, p := range problems {
		if p.lacking == nil {
			return s.unfit(op, problems)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	if err := s.conclude(op, s.classify(ctx, op, mend(ctx, problems), writes)); err != nil {
		return err
	}
	if problems, err = s.examine(ctx, op); err != nil {
		return err
	}
	return s.unfit(op, problems)
}

// mend creates what is missing: the indexes of a collection all at once, which
// takes a fraction of the time.
func mend(ctx context.Context, problems []problem) error {
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
func (s *store) examine(ctx context.Context, op spec.Op) ([]problem, error) {
	var problems []problem
	for _, c := range []*collection{s.users, s.sessions} {
		if c == nil {
			continue
		}
		found, err := s.catalog(ctx, op, c)
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

// unfit returns the one error that names all problems, if there are any.
func (s *store) unfit(op spec.Op, problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.text
	}
	return s.error(op, spec.ErrFailed, strings.Join(texts, "; "), nil)
}
