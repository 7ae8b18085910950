package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// object is something that can be around a collection.
type object struct {
	name     string
	sessions bool   // of the collection of sessions, and not of users
	create   bson.D // options with which the collection was made; nil: Migrate makes it
	index    bson.D // that is added after Migrate
	view     bool   // of a collection: needs one

	values     bool // it may refuse all documents of the program, by their values
	everywhere bool // it is tried on each deployment
}

// objectKinds are the kinds of objects.
var objectKinds = map[string]func() []object{
	"validator": validatorObjects, "collation": collationObjects, "collection": collectionObjects, "index": indexObjects,
}

// objectKind makes a kind of the objects of a table.
func objectKind(name string) kind {
	list := objectKinds[name]()
	return kind{name: name, object: true,
		cases: func(_ testing.TB, s *stage) (cases []environment.Case) {
			for _, o := range list {
				if s.members == 0 && !o.everywhere {
					continue // a standalone server writes the same documents
				}
				cases = append(cases, environment.Case{Name: o.name})
			}
			return cases
		},
		try: func(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
			return list[slices.IndexFunc(list, func(o object) bool { return o.name == cases[0].Name })].try(t, s)
		},
	}
}

// try makes the object, and judges what Check accepts.
func (o object) try(t testing.TB, s *stage) environment.Verdict {
	p := newSpot(t, s.db)
	in := p.users
	if o.sessions {
		in = p.sessions
	}
	if o.view {
		servertest.OK(t, p.db.CreateCollection(t.Context(), in.Name()+"_all"))
		t.Cleanup(func() { servertest.OK(t, p.db.Collection(in.Name()+"_all").Drop(context.WithoutCancel(t.Context()))) })
		o.create = append(o.create, bson.E{Key: "viewOn", Value: in.Name() + "_all"})
	}
	if o.create != nil {
		err := p.db.RunCommand(t.Context(), append(bson.D{{Key: "create", Value: in.Name()}}, o.create...)).Err()
		if err != nil {
			return engine.CannotBeSet(err)
		}
	}
	first, second := p.plain(), p.plain()
	if o.index != nil {
		servertest.OK(t, first.Migrate(t.Context()))
		err := p.db.RunCommand(t.Context(), bson.D{{Key: "createIndexes", Value: in.Name()}, {Key: "indexes", Value: bson.A{append(o.index, bson.E{Key: "name", Value: "another"})}}}).Err()
		if err != nil {
			return engine.CannotBeSet(err)
		}
	}
	if err := first.Migrate(t.Context()); err != nil {
		v := engine.Verdict(err)
		if again := engine.Verdict(second.Check(t.Context())); again != v {
			return environment.Verdict{Outcome: environment.Fault, Detail: fmt.Sprintf("Migrate is %v, and Check %v", v, again)}
		}
		return v
	}
	return judgeObject(t, first, second, o.values)
}

// judgeObject runs the program, where what is around the collections may refuse
// documents with a constraint of its own, but not all.
func judgeObject(t testing.TB, first, second *rich, values bool) environment.Verdict {
	t.Helper()
	a, b := newLenient(first), newLenient(second)
	if err := errors.Join(first.Check(t.Context()), second.Check(t.Context())); err != nil {
		return engine.Verdict(err)
	}
	v := engine.Report(program.Judge(t.Context(), a, b))
	maps.Copy(a.refused, b.refused)
	if v.Outcome != environment.Limited || len(a.refused) == 0 {
		return v
	}
	if a.created+b.created == 0 && !values {
		return environment.Verdict{Outcome: environment.Fault, Detail: "Check accepts what refuses every document: " + v.Detail}
	}
	for limit := range strings.SplitSeq(v.Detail, "; ") {
		if op, _, _ := strings.Cut(limit, ": "); !a.refused[op] {
			return v
		}
	}
	return environment.Verdict{Outcome: environment.Holds, Detail: "it refuses some calls: " + strings.Join(slices.Sorted(maps.Keys(a.refused)), ", ")}
}

// lenient is a handle on collections with a constraint that is not ours. What
// it refuses comes back as a failure, which [program.Judge] bears.
type lenient struct {
	*rich
	refused map[string]bool // the operations
	created int             // the rows of each collection that was created least
	users   int
	session int
}

func newLenient(a *rich) *lenient { return &lenient{rich: a, refused: make(map[string]bool)} }

func (l *lenient) born(err error) error {
	c, is := errors.AsType[*spec.ConstraintError](err)
	if failed, ok := errors.AsType[*spec.Error](err); ok && is && isForeign(c) {
		l.refused[string(failed.Op)] = true
		return &spec.Error{Adapter: failed.Adapter, Op: failed.Op, Class: spec.ErrFailed, Cause: failed.Cause}
	}
	return err
}

// isForeign reports whether no attribute of the program's has such a constraint.
func isForeign(c *spec.ConstraintError) bool {
	unique := []string{"Email", "Handle", "Number", "Joined", "Key", "DeviceID", "Serial", "Seat", "SeenAt"}
	return c.Kind == spec.CheckRule || c.Kind == spec.OutOfRange || c.Attribute == "" ||
		c.Kind == spec.NotUnique && !slices.Contains(unique, c.Attribute)
}

func (l *lenient) count(n *int, err error) error {
	if err == nil {
		*n++
		l.created = min(l.users, l.session)
	}
	return l.born(err)
}

func (l *lenient) CreateUser(ctx context.Context, u spec.User[program.User]) error {
	return l.count(&l.users, l.rich.CreateUser(ctx, u))
}

func (l *lenient) CreateSession(ctx context.Context, s spec.Session[program.Session]) error {
	return l.count(&l.session, l.rich.CreateSession(ctx, s))
}

func (l *lenient) UpdateUser(ctx context.Context, id string, u program.User, mask attr.Mask[program.User]) error {
	return l.born(l.rich.UpdateUser(ctx, id, u, mask))
}

func (l *lenient) UpdateSession(ctx context.Context, id string, s program.Session, mask attr.Mask[program.Session]) error {
	return l.born(l.rich.UpdateSession(ctx, id, s, mask))
}

func (l *lenient) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return l.born(l.rich.SwapLease(ctx, id, from, to))
}
