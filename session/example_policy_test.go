package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func ExampleNewUserID() {
	ctx := context.Background()
	store, err := memory.New[User, Device]() // or sqlite.Open, postgres.Open, …
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	// Sign up.
	ann := spec.User[User]{ID: session.NewUserID(), Attributes: User{Email: "ann@example.com", Name: "Ann"}}
	err = store.CreateUser(ctx, ann)
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Attribute == "Email" {
		fmt.Println("that e-mail is taken")
	}
	// Sign in: any unique attribute finds the user.
	user, err := store.UserBy(ctx, "Email", "ann@example.com")
	fmt.Println(len(user.ID), user.Attributes.Name, err)
	_, err = store.UserBy(ctx, "Email", "unknown@example.com")
	fmt.Println(errors.Is(err, spec.ErrUserNotFound))
	// Output:
	// 15 Ann <nil>
	// true
}

// The id comes from a form. The session is ended only if it is the user's own.
func ExampleManager_InvalidateOwn() {
	ctx, manager := context.Background(), newManager(session.Config{})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	devices, err := manager.List(ctx, "ann")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(devices[0].Attributes.Name, devices[0].RenewedAt.Equal(s.CreatedAt)) // last seen

	fmt.Println(manager.InvalidateOwn(ctx, "eve", devices[0].ID))
	fmt.Println(manager.InvalidateOwn(ctx, "ann", devices[0].ID))
	// Output:
	// phone true
	// session: no session
	// <nil>
}

// A sign-in is undone if the password is changed while it is checked.
func ExampleIfUser() {
	ctx, manager := context.Background(), newManager(session.Config{})
	user, err := manager.User(ctx, "ann")
	if err != nil {
		log.Fatal(err)
	}
	// … compare the password with the one of user, which takes a while …
	if _, err := manager.UpdateUser(ctx, "ann", func(u *User) { u.Name = "a new password" }); err != nil {
		log.Fatal(err)
	}
	_, err = manager.SignIn(ctx, session.Session[Device]{}, "ann", Device{}, session.IfUser(func(now User) bool {
		return now.Name == user.Attributes.Name // the hash of the password, in your User
	}))
	fmt.Println(err)
	// Output: session: the user was changed during the sign-in
}

func ExampleManager_InvalidateOthers() {
	ctx, manager := context.Background(), newManager(session.Config{})
	elsewhere, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	here, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	// … store the new password, and only then:
	changed, err := manager.InvalidateOthers(ctx, here)
	if err != nil {
		log.Fatal(err) // others may still be signed in: say so
	}
	for _, s := range []session.Session[Device]{elsewhere, here, changed} {
		_, err := manager.ValidateSession(ctx, s.Token())
		fmt.Println(err)
	}
	// Output:
	// session: no session
	// session: no session
	// <nil>
}

func ExampleManager_InvalidateAll() {
	ctx, manager := context.Background(), newManager(session.Config{})
	for _, userID := range []string{"ann", ""} {
		if _, err := manager.Create(ctx, userID, Device{}); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(manager.InvalidateAll(ctx))
	// Output: 2 <nil>
}

func ExampleConfig_observe() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{
		Now:           func() time.Time { return now },
		MaxSessions:   1,              // a second sign-in ends the first
		NotRemembered: 12 * time.Hour, // without "remember me", whatever browsers keep
		Logger:        slog.New(slog.DiscardHandler),
		Observe: func(_ context.Context, e session.Event) {
			fmt.Println(e.Kind, e.Reason, e.UserID)
		},
	})
	first, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(time.Minute)
	if _, err = manager.Create(ctx, "ann", Device{}); err != nil {
		log.Fatal(err)
	}
	_, err = manager.ValidateSession(ctx, first.Token())
	fmt.Println(err)
	// Output:
	// created  ann
	// created  ann
	// ended over limit ann
	// session: no session
}

// A session that was read by its id has no token, so it cannot be renewed. A validation with
// ReadOnly writes nothing, like Get, but its result can be renewed.
func ExampleManager_ValidateSession_readOnly() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = s.ActiveUntil
	read, err := manager.Get(ctx, s.ID)
	if err != nil {
		log.Fatal(err)
	}
	_, err = manager.Renew(ctx, read)
	fmt.Println(err)

	read, err = manager.ValidateSession(ctx, s.Token(), session.ReadOnly())
	if err != nil {
		log.Fatal(err)
	}
	if read.State() == session.Idle {
		read, err = manager.Renew(ctx, read)
	}
	fmt.Println(read.State(), err)
	// Output:
	// session: no session
	// active <nil>
}
