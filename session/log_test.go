package session_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestFailuresAreLogged: failures that the caller is not told of are logged, without ids
// or secrets. If the caller gave up, nothing is logged.
func TestFailuresAreLogged(t *testing.T) {
	t.Parallel()
	store := openMemory(t)
	must(t, store.CreateUser(t.Context(), spec.User[managertest.User]{ID: "ann"}))
	for class, logged := range map[error]bool{spec.ErrUnavailable: true, context.Canceled: false, context.DeadlineExceeded: false} {
		now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
		var caller *endingContext // context of the current call
		faulty := managertest.Intercept(t, store, func(_ context.Context, op spec.Op, call func() error) error {
			switch op {
			case spec.OpSwapLease, spec.OpDeleteSession, spec.OpDeleteExpiredSessions:
				if !logged {
					caller.err = class
				}
				return &spec.Error{Adapter: "test", Op: op, Class: class}
			}
			return call()
		})
		var log bytes.Buffer
		manager, err := session.NewManager(faulty, session.Config{
			Now:    func() time.Time { return now },
			Logger: slog.New(slog.NewJSONHandler(&log, nil)),
		})
		must(t, err)
		check := func(what, message string) {
			t.Helper()
			text := log.String()
			log.Reset()
			if strings.Contains(text, message) != logged || logged && !strings.Contains(text, class.Error()) {
				t.Errorf("%s, %v: logged %q", what, class, text)
			}
		}
		ctx := func() context.Context {
			caller = &endingContext{Context: t.Context()}
			return caller
		}
		s, err := manager.Create(ctx(), "ann", managertest.Device{})
		must(t, err)
		check("clean-up at sign-in", "not deleted at sign-in")
		now = s.ActiveUntil
		if _, err := manager.ValidateSession(ctx(), s.Token()); err != nil {
			t.Errorf("Validate: %v", err)
		}
		if strings.Contains(log.String(), string(s.ID)) {
			t.Errorf("the log has the id: %s", log.String())
		}
		check("renewal", "not renewed")
		now = s.ExpiresAt
		manager.ValidateSession(ctx(), s.Token())
		check("clean-up of an expired session", "expired session was not deleted")
	}
}

// endingContext is a context that is done when err is set.
type endingContext struct {
	context.Context
	err error
}

func (c *endingContext) Err() error { return c.err }
