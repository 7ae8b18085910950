package replace_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/contrib/internal/replace"
	"github.com/tenon-go/tenon/spec"
)

type data struct{ Text string }

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// meddled is an adapter that calls a function once, before it swaps a lease or updates a
// session.
type meddled struct {
	spec.SessionAdapter
	beforeSwap, beforeUpdate func()
}

func once(f *func()) {
	if do := *f; do != nil {
		*f = nil
		do()
	}
}

func (m *meddled) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	once(&m.beforeSwap)
	return m.SessionAdapter.SwapLease(ctx, id, from, to)
}

func (m *meddled) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	once(&m.beforeUpdate)
	return m.SessionAdapter.UpdateSession(ctx, id, change)
}

// If another call intervenes, the session ends in the state of one of the two calls, or is
// deleted.
func TestSession(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meddle func(m *meddled, s *spec.SessionStore[data])
		want   error
	}{
		"alone": {func(*meddled, *spec.SessionStore[data]) {}, nil},
		"another replaces it": {func(m *meddled, s *spec.SessionStore[data]) {
			m.beforeSwap = func() { replace.Session(context.Background(), s, "s", data{"other"}, noon.Add(3*time.Hour)) }
		}, nil},
		"deleted before the swap": {func(m *meddled, s *spec.SessionStore[data]) {
			m.beforeSwap = func() { s.DeleteSession(context.Background(), "s") }
		}, spec.ErrSessionNotFound},
		"deleted after it": {func(m *meddled, s *spec.SessionStore[data]) {
			m.beforeUpdate = func() { s.DeleteSession(context.Background(), "s") }
		}, spec.ErrSessionNotFound},
		"a sweep after the swap": {func(m *meddled, s *spec.SessionStore[data]) {
			m.beforeUpdate = func() {
				s.DeleteExpiredSessions(context.Background(), spec.Sweep{Now: noon.Add(time.Hour), Everyone: true, Limit: 9})
			}
		}, nil},
		"absent": {func(_ *meddled, s *spec.SessionStore[data]) { s.DeleteSession(context.Background(), "s") }, spec.ErrSessionNotFound},
	} {
		m := new(meddled)
		s, err := spec.NewSessionStore[data]("x", func(columns spec.Columns) (spec.SessionAdapter, error) {
			m.SessionAdapter = memory.NewAdapter(columns)
			return m, nil
		})
		check(t, err)
		check(t, s.CreateSession(t.Context(), spec.Session[data]{ID: "s", UserID: "ann", CreatedAt: noon, Lease: replace.Lease(noon)}))
		test.meddle(m, s)
		if err := replace.Session(t.Context(), s, "s", data{"new"}, noon.Add(2*time.Hour)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		got, err := s.Session(t.Context(), "s")
		if test.want != nil {
			if !errors.Is(err, test.want) {
				t.Errorf("%s: then %+v, %v", name, got, err)
			}
			continue
		}
		if err != nil || got.Attributes.Text != "new" || !got.ExpiresAt.Equal(noon.Add(2*time.Hour)) || got.UserID != "ann" {
			t.Errorf("%s: then %+v, %v", name, got, err)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
