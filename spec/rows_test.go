package spec_test

import (
	"context"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// leaking is an adapter that sends the rows that it was given to the test, as if a
// goroutine of a driver still had them.
type leaking struct {
	stub
	rows chan *spec.SessionRow
}

func (a *leaking) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	fillSession(into, spec.SessionRow{ID: id, CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}, Attributes: []any{id, noon, []byte(id)}})
	a.rows <- into
	return a.stub.err
}

// reusing makes a promise that it does not keep.
type reusing struct{ leaking }

func (*reusing) ReusesRows() {}

func (*reusing) UserSessions(_ context.Context, _ string, next func() *spec.SessionRow) error {
	next().ID = "bare" // set nothing else, so that the rest shows what the row contained
	return nil
}

func overwrite(t *testing.T, row *spec.SessionRow) {
	row.UserID, row.Credential = "mallory", "stolen"
	if err := attr.SetAll(row.Attributes, []any{"stolen", noon, []byte("stolen")}); err != nil {
		t.Error(err)
	}
}

// wantPhone reads a session while the adapter writes to an earlier row. It fails the test
// unless it reads the stored session.
func wantPhone(t *testing.T, s *front, late *spec.SessionRow, rows chan *spec.SessionRow) {
	t.Helper()
	var writing sync.WaitGroup
	for range 100 {
		writing.Go(func() { overwrite(t, late) })
		got, err := s.Session(t.Context(), "phone")
		writing.Wait()
		if err != nil || got.UserID != "" || got.Credential != "" || got.Attributes.Name != "phone" || string(got.Attributes.Key) != "phone" {
			t.Fatalf("got %+v, %v", got, err)
		}
		if row := <-rows; row == late {
			t.Fatal("a row was read into again that may still be written to")
		}
	}
}

// Run with -race, this also shows that no row is shared.
func TestLateWritesReachNoOtherRead(t *testing.T) {
	t.Parallel()
	a := &leaking{rows: make(chan *spec.SessionRow, 1)}
	s := open(t, a)
	first, err := s.Session(t.Context(), "laptop")
	if err != nil {
		t.Fatal(err)
	}
	late := <-a.rows
	wantPhone(t, s, late, a.rows)
	if first.Attributes.Name != "laptop" || string(first.Attributes.Key) != "laptop" || first.UserID != "" {
		t.Errorf("a late write changed what its own read returned: %+v", first)
	}
}

// keepingUser is an adapter that keeps the first user row that it was given.
type keepingUser struct {
	stub
	first *spec.UserRow
}

func (a *keepingUser) User(_ context.Context, id string, into *spec.UserRow) error {
	if a.first == nil {
		a.first = into
	}
	into.ID = id
	return nil
}

func TestLateWritesReachNoOtherUser(t *testing.T) {
	t.Parallel()
	a := &keepingUser{}
	s := open(t, a)
	for range 100 {
		got, err := s.User(t.Context(), "ann")
		if err != nil || got.ID != "ann" || got.Attributes.Email != "" {
			t.Fatalf("got %+v, %v", got, err)
		}
		a.first.ID = "mallory"
		if err := attr.Set(a.first.Attributes[0], "mallory"); err != nil {
			t.Fatal(err)
		}
		second, err := s.User(t.Context(), "bob")
		if err != nil || second.Attributes.Email != "" || got.Attributes.Email != "" {
			t.Fatalf("got %+v, %v", second, err)
		}
	}
}

// With a RowReuser rows are reused, except those of calls that failed.
func TestRowsAreReusedAfterAnAnswerOnly(t *testing.T) {
	a := &reusing{leaking{rows: make(chan *spec.SessionRow, 1)}}
	s := open(t, a)
	a.err = spec.ErrUnavailable
	if _, err := s.Session(t.Context(), "laptop"); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Fatal(err)
	}
	late := <-a.rows
	a.err = nil
	wantPhone(t, s, late, a.rows)

	for _, a.err = range []error{nil, spec.ErrSessionNotFound} { // "not found" is not a failure
		reads := map[*spec.SessionRow]int{}
		const times = 1000
		for range times {
			if _, err := s.Session(t.Context(), "phone"); spec.ClassOf(err) != a.err {
				t.Fatal(err)
			}
			reads[<-a.rows]++
		}
		if len(reads) > times/2 { // the pool drops some, and with -race many
			t.Errorf("%d rows for %d reads that end with %v", len(reads), times, a.err)
		}
	}
}

// A reused row contains nothing of the last read.
func TestReusedRowsAreZero(t *testing.T) {
	t.Parallel()
	a := &reusing{leaking{rows: make(chan *spec.SessionRow, 1)}}
	s := open(t, a)
	for range 100 {
		if _, err := s.Session(t.Context(), "phone"); err != nil {
			t.Fatal(err)
		}
		<-a.rows
		list, err := s.UserSessions(t.Context(), "ann")
		if err != nil || len(list) != 1 || list[0].Attributes.Name != "" || list[0].Attributes.Key != nil || !list[0].CreatedAt.IsZero() {
			t.Fatalf("got %+v, %v", list, err)
		}
	}
}
