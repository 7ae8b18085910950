package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	driver "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// Lucia's sessionExpiresIn (both periods) and autoDatabaseCleanup.
func ExampleConfig() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	manager := newManager(session.Config{
		Active:    time.Hour,
		Idle:      7 * 24 * time.Hour,
		NoCleanup: true, // expired sessions stay until DeleteExpired, Sweep or Run
		Now:       func() time.Time { return now },
	})
	ctx := context.Background()
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.ActiveUntil.Sub(now), s.ExpiresAt.Sub(now))

	now = s.ExpiresAt
	_, _, err = manager.Validate(ctx, s.Token())
	fmt.Println(err)
	fmt.Println(manager.Sweep(ctx)) // it was still there
	// Output:
	// 1h0m0s 169h0m0s
	// session: no session
	// 1 <nil>
}

func ExampleSession_State() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	manager := newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(context.Background(), "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	for _, moment := range []time.Time{now, s.ActiveUntil, s.ExpiresAt} {
		now = moment
		fmt.Println(s.State())
	}
	// Output:
	// active
	// idle
	// dead
}

// Invalidate ends one session, whatever its state, and no other. Ending it again is not an
// error.
func ExampleManager_Invalidate() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = s.ExpiresAt // expired
	fmt.Println(manager.Invalidate(ctx, s.ID))
	fmt.Println(manager.Invalidate(ctx, s.ID))
	// Output:
	// <nil>
	// <nil>
}

// Lucia 2's sessionId: your own token must have the form of a token, or is refused.
func ExampleWithToken() {
	ctx, manager := context.Background(), newManager(session.Config{})
	token, err := session.ParseToken("laptop000000000" + "v9k2m4q8x1z7c3n5b6t0r2w4y")
	if err != nil {
		log.Fatal(err)
	}
	s, err := manager.Create(ctx, "ann", Device{}, session.WithToken(token))
	fmt.Println(s.ID, err)

	_, err = session.ParseToken("my own token")
	fmt.Println(err)
	// Output:
	// laptop000000000 <nil>
	// session: no session: a token has 40 characters of a–z, A–Z and 0–9, an id of 15 and a secret of 25
}

// If the store refuses a session attribute, the error names the attribute, and errors.As
// finds the database's own error.
func ExampleManager_Create_attributeError() {
	type Key struct {
		Serial string `db:"serial,unique,max=64"`
	}
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "tenon")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	store, err := sqlite.Open[User, Key](ctx, filepath.Join(folder, "app.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	manager, err := session.NewManager(store, session.Config{})
	if err != nil {
		log.Fatal(err)
	}

	for range 2 {
		_, err = manager.Create(ctx, "", Key{Serial: "A-1"})
	}
	if refused, ok := errors.AsType[*spec.ConstraintError](err); ok {
		fmt.Println(refused.Attribute, refused.Kind)
	}
	if own, ok := errors.AsType[*driver.Error](err); ok {
		fmt.Println("SQLite's code:", own.Code())
	}
	// Output:
	// Serial not unique
	// SQLite's code: 2067
}

// An idle session is renewed in place: its id and its token stay the same, its times
// move, and the client must be given the token with its new expiry.
func ExampleManager_ValidateSession() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = s.ActiveUntil // idle
	again, err := manager.ValidateSession(ctx, s.Token())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.ID == s.ID, again.Token().Reveal() == s.Token().Reveal(), again.Fresh, again.State())
	// Output: true true true active
}

// Lucia's getSessionAttributes: the application chooses what a client is told about a
// session.
func ExampleSession() {
	ctx, manager := context.Background(), newManager(session.Config{})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone", Cart: []string{"a surprise"}})
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(struct {
		Device string `json:"device"`
	}{s.Attributes.Name})
	fmt.Println(string(text), err)
	// Output: {"device":"phone"} <nil>
}

func ExampleManager_Update_expired() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	now = s.ExpiresAt
	_, err = manager.Update(ctx, s, func(d *Device) { d.Name = "Ann's phone" })
	fmt.Println(errors.Is(err, session.ErrNoSession))
	// Output: true
}
