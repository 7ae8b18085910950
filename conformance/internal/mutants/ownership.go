package mutants

import (
	"context"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// ownershipMutants returns mutants that share memory that they return or are given. They
// implement spec.Adapter directly, because [rows] copies rows.
func ownershipMutants() []Mutant {
	return []Mutant{
		{Name: "the_list_of_ids_to_keep_is_sorted", Clause: "OWN-01", Subject: richAdapter(func(a spec.Adapter) spec.Adapter { return sortsKept{a} })},
		{Name: "readers_share_their_bytes", Clause: "OWN-02", Shipped: "memory stores, and caches",
			Subject: richAdapter(func(a spec.Adapter) spec.Adapter { return &sharesBytes{Adapter: a} })},
		{Name: "readers_share_what_a_pointer_points_to", Clause: "OWN-02", Shipped: "memory stores, and caches",
			Subject: richAdapter(func(a spec.Adapter) spec.Adapter { return &sharesPointers{Adapter: a} })},
		{Name: "a_row_that_is_reused_is_written_to_late", Clause: "OWN-02", Shipped: "drivers that read in a goroutine",
			Subject: richAdapter(func(a spec.Adapter) spec.Adapter { return &writesLate{Adapter: a} })},
	}
}

// richAdapter returns a subject that is broken for the rich types only.
func richAdapter(alter func(spec.Adapter) spec.Adapter) conformance.Subject {
	return conformance.NewSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
		a := adapter{openHealthy(t, s, columns)}
		if !isRich(columns) {
			return a
		}
		return alter(a)
	})
}

type sortsKept struct{ spec.Adapter }

func (a sortsKept) Unwrap() any { return a.Adapter }

func (a sortsKept) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	slices.Sort(keep)
	return a.Adapter.DeleteUserSessions(ctx, userID, keep)
}

// sharesBytes gives all readers of a session the same bytes.
type sharesBytes struct {
	spec.Adapter
	shared sync.Map // bytes by their content
}

func (a *sharesBytes) Unwrap() any { return a.Adapter }

func (a *sharesBytes) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	err := a.Adapter.Session(ctx, id, into)
	if p, ok := into.Attributes[placeOf[richSession]("Country")].(*[]byte); ok && err == nil {
		bytes, _ := a.shared.LoadOrStore(string(*p), *p)
		*p = bytes.([]byte)
	}
	return err
}

// sharesPointers gives all readers of a user the same handle.
type sharesPointers struct {
	spec.Adapter
	shared sync.Map // pointers by the value that they pointed to
}

func (a *sharesPointers) Unwrap() any { return a.Adapter }

func (a *sharesPointers) User(ctx context.Context, id string, into *spec.UserRow) error {
	err := a.Adapter.User(ctx, id, into)
	if p, ok := into.Attributes[placeOf[richUser]("Handle")].(**string); ok && err == nil && *p != nil {
		handle, _ := a.shared.LoadOrStore(**p, *p)
		*p = handle.(*string)
	}
	return err
}

// writesLate promises not to write to a row after it has returned, but does so when the
// next row is read.
type writesLate struct {
	spec.Adapter
	mu   sync.Mutex
	last *spec.SessionRow
}

func (a *writesLate) Unwrap() any { return a.Adapter }
func (a *writesLate) ReusesRows() {}

func (a *writesLate) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	err := a.Adapter.Session(ctx, id, into)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last != nil {
		a.last.Credential = "of another"
	}
	a.last = into
	return err
}
