package split

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// offer builds the chain in which [spec.As] finds the optional interfaces of the stores.
func (a *Adapter) offer(users spec.Adapter, sessions spec.SessionAdapter) {
	for _, ids := range listOffering[spec.UserIDs](a) {
		a.ids = append(a.ids, ids)
	}
	if len(a.ids) > 0 {
		a.optional = a.ids
	}
	if f, ok := spec.As[spec.UserFinder](users); ok {
		a.optional = finder{f, a.optional}
	}
	_, one := spec.As[spec.Migrator](users)
	_, other := spec.As[spec.Migrator](sessions)
	if one || other {
		a.optional = migrator{a, a.optional}
	}
}

// Unwrap lets [spec.As] find the optional interfaces that the stores offer.
func (a *Adapter) Unwrap() any { return a.optional }

// userIDs are the stores that cannot keep every id of a user. An id is valid if all of
// them can keep it.
type userIDs []spec.UserIDs

func (list userIDs) ValidUserID(id string) bool {
	for _, ids := range list {
		if !ids.ValidUserID(id) {
			return false
		}
	}
	return true
}

// finder finds users in the users' store.
type finder struct {
	spec.UserFinder
	rest any
}

func (f finder) Unwrap() any { return f.rest }

// migrator migrates and checks the stores that implement [spec.Migrator].
type migrator struct {
	a    *Adapter
	rest any
}

func (m migrator) Unwrap() any { return m.rest }

func (m migrator) Migrate(ctx context.Context) error {
	for store, migrator := range listOffering[spec.Migrator](m.a) {
		if err := migrator.Migrate(ctx); err != nil {
			return nameStore(store, err)
		}
	}
	return nil
}

// Check returns the findings of both stores. If a store cannot be checked, Check returns
// only that error, with its own class.
func (m migrator) Check(ctx context.Context) error {
	var findings []error
	for store, migrator := range listOffering[spec.Migrator](m.a) {
		err := nameStore(store, migrator.Check(ctx))
		switch spec.ClassOf(err) {
		case nil, spec.ErrFailed:
			findings = append(findings, err)
		default:
			return err
		}
	}
	return join(findings)
}
