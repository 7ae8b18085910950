package session_test

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestEvents: events are passed to Observe and to the log, with ids and never with a secret.
func TestEvents(t *testing.T) {
	t.Parallel()
	store := openMemory(t)
	must(t, store.CreateUser(t.Context(), spec.User[managertest.User]{ID: "ann"}))
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	var got []session.Event
	var log bytes.Buffer
	manager, err := session.NewManager(store, session.Config{
		Renewal: session.Rotate, MaxSessions: 2,
		Now:     func() time.Time { return now },
		Logger:  slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(_ context.Context, e session.Event) { got = append(got, e) },
	})
	must(t, err)
	ctx := t.Context()
	var secrets []string
	keep := func(s session.Session[managertest.Device], err error) session.Session[managertest.Device] {
		t.Helper()
		must(t, err)
		secrets = append(secrets, s.Token().Reveal()[15:])
		return s
	}
	forget := func() {
		got = nil
		log.Reset()
	}
	want := func(what, line string, events ...session.Event) {
		t.Helper()
		if !reflect.DeepEqual(got, events) {
			t.Errorf("%s: got %+v, want %+v", what, got, events)
		}
		if !strings.Contains(log.String(), line) || strings.Count(log.String(), "\n") != len(events) {
			t.Errorf("%s: logged %q, want %d lines, one with %q", what, log.String(), len(events), line)
		}
		for _, secret := range secrets {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%s: logged a secret: %s", what, log.String())
			}
		}
		forget()
	}
	none := session.Session[managertest.Device]{}

	s := keep(manager.SignIn(ctx, none, "ann", managertest.Device{Name: "phone"}))
	want("sign-in", `level=DEBUG msg="session: created" session=`+string(s.ID)+" user=ann",
		session.Event{Kind: session.Created, SessionID: s.ID, UserID: "ann"})
	keep(manager.ValidateSession(ctx, s.Token()))
	want("validation", "")

	wrong, err := session.ParseToken(string(s.ID) + strings.Repeat("x", 25))
	must(t, err)
	secrets = append(secrets, wrong.Reveal()[15:])
	manager.ValidateSession(ctx, wrong)
	want("a guess", `level=INFO msg="session: refused" session=`+string(s.ID)+" user=ann",
		session.Event{Kind: session.Refused, SessionID: s.ID, UserID: "ann"})
	manager.ValidateSession(ctx, session.NewToken())
	want("an unknown id", "")

	now = s.ActiveUntil
	s = keep(manager.ValidateSession(ctx, s.Token()))
	want("renewal", `msg="session: rotated"`, session.Event{Kind: session.Rotated, SessionID: s.ID, UserID: "ann"})
	keep(manager.ValidateSession(ctx, s.Token()))
	want("the new token's arrival", "")
	now = s.ActiveUntil
	keep(manager.ValidateSession(ctx, s.Token(), session.KeepToken()))
	want("renewal that keeps the token", `msg="session: renewed"`, session.Event{Kind: session.Renewed, SessionID: s.ID, UserID: "ann"})

	again := keep(manager.SignIn(ctx, s, "ann", managertest.Device{}))
	want("sign-in again", `msg="session: ended" reason=replaced session=`+string(s.ID),
		session.Event{Kind: session.Created, SessionID: again.ID, UserID: "ann"},
		session.Event{Kind: session.Ended, Reason: session.Replaced, SessionID: s.ID, UserID: "ann"})

	changed := session.IfUser(func(managertest.User) bool { return false })
	_, err = manager.Create(ctx, "ann", managertest.Device{}, changed)
	if len(got) != 2 || got[1].Reason != session.Withdrawn || got[1].SessionID != got[0].SessionID {
		t.Errorf("a sign-in that does not count: got %+v, %v", got, err)
	}
	keep(manager.Create(ctx, "ann", managertest.Device{}))
	forget()
	now = now.Add(time.Second)
	keep(manager.Create(ctx, "ann", managertest.Device{}))
	if len(got) != 2 || got[1].Kind != session.Ended || got[1].Reason != session.OverLimit {
		t.Errorf("one too many: got %+v", got)
	}
	forget()
	must(t, manager.InvalidateUser(ctx, "ann"))
	want("everywhere", `msg="session: ended" reason="signed out" user=ann count=2`,
		session.Event{Kind: session.Ended, Reason: session.SignedOut, UserID: "ann", Count: 2})
	must(t, manager.InvalidateUser(ctx, "ann"))
	want("nothing left", "")

	s = keep(manager.Create(ctx, "", managertest.Device{}))
	must(t, manager.SignOut(ctx, s.Token()))
	want("sign-out", `reason="signed out"`,
		session.Event{Kind: session.Created, SessionID: s.ID},
		session.Event{Kind: session.Ended, Reason: session.SignedOut, SessionID: s.ID})
	for range 2 {
		s = keep(manager.Create(ctx, "", managertest.Device{}))
	}
	forget()
	now = s.ExpiresAt
	manager.ValidateSession(ctx, s.Token())
	want("expired", `reason=expired`, session.Event{Kind: session.Ended, Reason: session.Expired, SessionID: s.ID})
	_, err = manager.Sweep(ctx)
	must(t, err)
	want("swept", `reason=expired count=1`, session.Event{Kind: session.Ended, Reason: session.Expired, Count: 1})
}
