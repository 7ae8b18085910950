package conformance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/contract"
	"github.com/tenon-go/tenon/spec"
)

// unwritten is the memory adapter with only the first methods written.
type unwritten struct {
	spec.Adapter
	written []string
	stub    func(method string) error // called by the others
}

func (u unwritten) Unwrap() any { return u.Adapter }

func (u unwritten) try(method string, call func() error) error {
	if !slices.Contains(u.written, method) {
		return u.stub(method)
	}
	return call()
}

func (u unwritten) CreateUser(ctx context.Context, user spec.UserRow) error {
	return u.try("CreateUser", func() error { return u.Adapter.CreateUser(ctx, user) })
}

func (u unwritten) User(ctx context.Context, id string, into *spec.UserRow) error {
	return u.try("User", func() error { return u.Adapter.User(ctx, id, into) })
}

func (u unwritten) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return u.try("UpdateUser", func() error { return u.Adapter.UpdateUser(ctx, id, change) })
}

func (u unwritten) DeleteUser(ctx context.Context, id string) error {
	return u.try("DeleteUser", func() error { return u.Adapter.DeleteUser(ctx, id) })
}

func (u unwritten) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return u.try("SessionAndUser", func() error { return u.Adapter.SessionAndUser(ctx, id, session, user) })
}

func (u unwritten) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return u.try("CreateSession", func() error { return u.Adapter.CreateSession(ctx, session) })
}

func (u unwritten) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return u.try("Session", func() error { return u.Adapter.Session(ctx, id, into) })
}

func (u unwritten) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	return u.try("UserSessions", func() error { return u.Adapter.UserSessions(ctx, userID, next) })
}

func (u unwritten) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return u.try("UpdateSession", func() error { return u.Adapter.UpdateSession(ctx, id, change) })
}

func (u unwritten) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return u.try("SwapLease", func() error { return u.Adapter.SwapLease(ctx, id, from, to) })
}

func (u unwritten) DeleteSession(ctx context.Context, id string) error {
	return u.try("DeleteSession", func() error { return u.Adapter.DeleteSession(ctx, id) })
}

func (u unwritten) DeleteUserSessions(ctx context.Context, userID string, keep []string) (n int64, err error) {
	return n, u.try("DeleteUserSessions", func() error { n, err = u.Adapter.DeleteUserSessions(ctx, userID, keep); return err })
}

func (u unwritten) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (n int64, err error) {
	return n, u.try("DeleteExpiredSessions", func() error { n, err = u.Adapter.DeleteExpiredSessions(ctx, sweep); return err })
}

// notOffered and unimplemented are two ways to leave a method unwritten.
func notOffered(method string) error {
	return &spec.Error{Class: spec.ErrUnsupported, Detail: method + " is not written yet"}
}

func unimplemented(string) error { panic("unimplemented") }

// The error names the next method for an adapter that is written method by method. The
// checks run when all methods are written.
func TestNextMethod(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]struct {
		users bool
		stub  func(string) error
		why   string
	}{
		"users":    {true, notOffered, "is not written yet"},
		"sessions": {false, notOffered, "is not written yet"},
		"panics":   {true, unimplemented, "panics.\npanic: unimplemented\n  at unwritten_test.go:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			methods := contract.Methods(kind.users)
			var written []string
			subject := conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
				return unwritten{memory.NewAdapter(columns), written, kind.stub}
			})
			if !kind.users {
				subject = conformance.NewSessionSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.SessionAdapter {
					return unwritten{memory.NewAdapter(columns), written, kind.stub}
				})
			}
			for _, m := range methods {
				_, err := conformance.Judge(t.Context(), subject, conformance.Options{})
				if err == nil {
					t.Fatalf("judged, without %s", m.Name)
				}
				parts := []string{"conformance: the adapter was not judged: " + m.Name + " " + kind.why, "In the order in which one writes them", m.Doc[:20]}
				wantText(t, err.Error(), append(parts, m.Clauses...)...)
				if n := strings.Count(err.Error(), "\n"); n > 25 {
					t.Errorf("it is said in %d lines:\n%s", n, err)
				}
				written = append(written, m.Name)
			}
			if _, err := conformance.Judge(t.Context(), subject, conformance.Options{}); err != nil {
				t.Errorf("not judged, with all methods: %v", err)
			}
		})
	}
}

// The clauses that a method names exist.
func TestClausesOfMethods(t *testing.T) {
	t.Parallel()
	for _, m := range contract.Methods(true) {
		for _, id := range m.Clauses {
			if !slices.ContainsFunc(conformance.Clauses(), func(c conformance.Clause) bool { return c.ID == id }) {
				t.Errorf("%s: there is no clause %s", m.Name, id)
			}
		}
	}
}
