package conformance

import (
	"context"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/conformance/internal/racetime"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// check tests whether an adapter keeps one clause.
type check[U, S any] struct {
	clause   string // id of the clause
	sentence string // the requirement, with underscores: the name of the subtest
	users    bool   // it is about users, so it does not apply to an adapter that keeps only sessions
	hook     hook   // the hooks of Options that it needs
	zone     bool   // it needs a process whose zone is not UTC
	since    string // the version of the suite that introduced it, if its clause is older
	run      func(*tester[U, S])
}

// kindMatters are the clauses whose checks depend on the kinds of the attributes: they write
// attributes and read them back, or compare them.
var kindMatters = []string{
	"USR-01", "USR-04", "SES-01", "SES-05", "SES-09", "SES-12",
	"ATT-01", "ATT-06", "ATT-07", "ATT-08", "ATT-10", "OWN-01", "OWN-02", "ERR-04", "STO-01", "OPT-03",
}

// checksOf returns the checks for a pair of attribute types, but not those in richChecks,
// emptyChecks and nestedChecks. The nested types differ from the rich ones only in the kinds of
// their attributes, so most checks would call an adapter in the same way again.
func checksOf[U, S any](typ string) []check[U, S] {
	return slices.DeleteFunc(checks[U, S](), func(c check[U, S]) bool {
		return typ == "nested" && !slices.Contains(kindMatters, c.clause)
	})
}

// checks returns the checks that can run with any pair of attribute types.
func checks[U, S any]() []check[U, S] {
	return slices.Concat(
		userChecks[U, S](),
		sessionChecks[U, S](),
		leaseChecks[U, S](),
		sweepChecks[U, S](),
		referenceChecks[U, S](),
		idChecks[U, S](),
		attributeChecks[U, S](),
		timeChecks[U, S](),
		ownershipChecks[U, S](),
		concurrencyChecks[U, S](),
		errorChecks[U, S](),
		contextChecks[U, S](),
		storeChecks[U, S](),
		optionalChecks[U, S](),
	)
}

// plan returns the checks for one pair of attribute types.
func plan[U, S any](r *runner, typ string, users bool, open func(TB, Store) front[U, S], s samples[U, S], more []check[U, S]) []planned {
	var list []planned
	for _, c := range slices.Concat(checksOf[U, S](typ), more) {
		if c.users && !users {
			continue
		}
		clause, ok := clauseByID(c.clause)
		if !ok {
			panic("conformance: check of no clause: " + c.clause) // cannot happen: a test examines every check
		}
		list = append(list, planned{clause: clause, check: c.sentence, typ: typ, hook: c.hook, zone: c.zone, since: c.since,
			run: func(rec *recorder, v *verdict) {
				race := raceTimeOf(typ)
				if racetime.IsShort(rec.ctx) {
					race = shortRace
				}
				c.run(&tester[U, S]{recorder: rec, verdict: v, runner: r, openStore: open, samples: s, users: users, raceTime: race})
			}})
	}
	return list
}

// arrange orders a plan by clause and then by sentence. It keeps the order of the types.
func arrange(plan []planned) []planned {
	checks := map[string][]string{} // maps a clause to its checks
	types := map[string][]planned{} // maps a check to itself with each type
	for _, p := range plan {
		check := p.clause.ID + "/" + p.check
		if types[check] == nil {
			checks[p.clause.ID] = append(checks[p.clause.ID], check)
		}
		types[check] = append(types[check], p)
	}
	arranged := make([]planned, 0, len(plan))
	for _, c := range clauses {
		for _, check := range checks[c.ID] {
			arranged = append(arranged, types[check]...)
		}
	}
	return arranged
}

// sessionsOnly makes a store that keeps only sessions look like one that keeps users too.
// Its methods for users do nothing. Checks that need users only for their sessions can call
// them.
type sessionsOnly[U, S any] struct{ typed.SessionStore[S] }

func (sessionsOnly[U, S]) CreateUser(context.Context, spec.User[U]) error { return nil }
func (sessionsOnly[U, S]) DeleteUser(context.Context, string) error       { return nil }

func (sessionsOnly[U, S]) User(context.Context, string) (spec.User[U], error) {
	return spec.User[U]{}, errNoUsers
}

func (sessionsOnly[U, S]) UserBy(context.Context, string, any) (spec.User[U], error) {
	return spec.User[U]{}, errNoUsers
}

func (sessionsOnly[U, S]) UpdateUser(context.Context, string, U, attr.Mask[U]) error {
	return errNoUsers
}

func (sessionsOnly[U, S]) SessionAndUser(context.Context, string) (spec.Session[S], spec.User[U], error) {
	return spec.Session[S]{}, spec.User[U]{}, errNoUsers
}

var errNoUsers = fmt.Errorf("conformance: a check without the mark \"users\" asked for users")
