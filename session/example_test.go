package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// User and Device are the application's own types.
type User struct {
	Email string `db:"email,unique,max=254"`
	Name  string
}

type Device struct {
	Name string
	Cart []string
}

// newManager returns a manager of a store with one user, ann.
func newManager(config session.Config) *session.Manager[User, Device] {
	store, err := memory.New[User, Device]() // or sqlite.Open, postgres.Open, …
	if err != nil {
		log.Fatal(err)
	}
	ann := spec.User[User]{ID: "ann", Attributes: User{Email: "ann@example.com", Name: "Ann"}}
	if err := store.CreateUser(context.Background(), ann); err != nil {
		log.Fatal(err)
	}
	manager, err := session.NewManager(store, config)
	if err != nil {
		log.Fatal(err)
	}
	return manager
}

func Example() {
	ctx := context.Background()
	store, err := memory.New[User, Device]()
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	manager, err := session.NewManager(store, session.Config{}) // infers the types
	if err != nil {
		log.Fatal(err)
	}

	// Sign up.
	ann := spec.User[User]{ID: session.NewUserID(), Attributes: User{Email: "ann@example.com", Name: "Ann"}}
	if err := store.CreateUser(ctx, ann); err != nil {
		log.Fatal(err)
	}
	// Sign in, with no session before. UserBy finds a user by a unique attribute.
	user, err := store.UserBy(ctx, "Email", "ann@example.com")
	if err != nil { // spec.ErrUserNotFound: say no more than for a wrong password
		log.Fatal(err)
	}
	// … compare the password …
	s, err := manager.SignIn(ctx, session.Session[Device]{}, user.ID, Device{Name: "Firefox"})
	if err != nil {
		log.Fatal(err)
	}
	cookie := s.Token().Reveal()

	// The next request.
	token, err := session.ParseToken(cookie)
	if err != nil {
		log.Fatal(err)
	}
	s, user, err = manager.Validate(ctx, token)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Attributes.Name, "on", s.Attributes.Name)
	fmt.Println(token)

	// Sign out.
	if err := manager.Invalidate(ctx, s.ID); err != nil {
		log.Fatal(err)
	}
	_, _, err = manager.Validate(ctx, token)
	fmt.Println(err)
	// Output:
	// Ann on Firefox
	// [session token]
	// session: no session
}

func ExampleManager_Create() {
	ctx, manager := context.Background(), newManager(session.Config{})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone"}, session.Persistent(true))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.UserID, s.State(), s.Fresh, s.Persistent, len(s.Token().Reveal()), len(s.ID))

	_, err = manager.Create(ctx, "unknown", Device{})
	fmt.Println(errors.Is(err, spec.ErrUserNotFound))
	// Output:
	// ann active true true 40 15
	// true
}

// The attributes of an anonymous session are copied to the session of the user who signs in.
func ExampleManager_SignIn() {
	ctx, manager := context.Background(), newManager(session.Config{})
	visitor, err := manager.Create(ctx, "", Device{Cart: []string{"tea"}})
	if err != nil {
		log.Fatal(err)
	}
	s, err := manager.SignIn(ctx, visitor, "ann", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.UserID, s.Attributes.Name, s.Attributes.Cart)

	_, _, err = manager.Validate(ctx, visitor.Token())
	fmt.Println(err)
	// Output:
	// ann phone [tea]
	// session: no session
}

func ExampleManager_Validate() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(25 * time.Hour)
	fmt.Println(s.State())
	s, user, err := manager.Validate(ctx, s.Token())
	switch {
	case errors.Is(err, session.ErrNoSession):
		fmt.Println("sign in first")
	case err != nil:
		fmt.Println("the store does not answer: try again later") // 503
	default:
		fmt.Println(user.Attributes.Name, s.State(), s.Fresh) // fresh: set the cookie
	}
	// Output:
	// idle
	// Ann active true
}

// With Rotate a renewal issues a new token.
func ExampleManager_Validate_rotate() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Renewal: session.Rotate, Now: func() time.Time { return now }})
	first, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(25 * time.Hour)
	second, _, err := manager.Validate(ctx, first.Token())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(second.Fresh, second.ID == first.ID, second.Token().Reveal() == first.Token().Reveal())

	// Once the new one was presented, the old one has a minute left.
	if _, _, err = manager.Validate(ctx, second.Token()); err != nil {
		log.Fatal(err)
	}
	_, _, err = manager.Validate(ctx, first.Token())
	fmt.Println(err)
	now = now.Add(time.Minute)
	_, _, err = manager.Validate(ctx, first.Token())
	fmt.Println(err)
	// Output:
	// true true false
	// <nil>
	// session: no session
}

func ExampleManager_Get() {
	ctx, manager := context.Background(), newManager(session.Config{})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	s, err = manager.Get(ctx, s.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Attributes.Name, s.Token().IsZero())
	// Output: phone true
}

func ExampleManager_List() {
	ctx, manager := context.Background(), newManager(session.Config{})
	for _, name := range []string{"phone", "laptop"} {
		if _, err := manager.Create(ctx, "ann", Device{Name: name}); err != nil {
			log.Fatal(err)
		}
	}
	devices, err := manager.List(ctx, "ann")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(devices))
	_, err = manager.List(ctx, "unknown")
	fmt.Println(errors.Is(err, spec.ErrUserNotFound))
	// Output:
	// 2
	// true
}

// Sign out everywhere else, then everywhere.
func ExampleManager_InvalidateUser() {
	ctx, manager := context.Background(), newManager(session.Config{})
	var here session.Session[Device]
	for _, name := range []string{"phone", "laptop"} {
		var err error
		if here, err = manager.Create(ctx, "ann", Device{Name: name}); err != nil {
			log.Fatal(err)
		}
	}
	if err := manager.InvalidateUserExcept(ctx, "ann", here.ID); err != nil {
		log.Fatal(err)
	}
	devices, err := manager.List(ctx, "ann")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(devices), devices[0].Attributes.Name)

	if err := manager.InvalidateUser(ctx, "ann"); err != nil {
		log.Fatal(err)
	}
	devices, err = manager.List(ctx, "ann")
	fmt.Println(len(devices), err)
	// Output:
	// 1 laptop
	// 0 <nil>
}

func ExampleManager_Update() {
	ctx, manager := context.Background(), newManager(session.Config{})
	s, err := manager.Create(ctx, "ann", Device{Name: "phone", Cart: []string{"tea"}})
	if err != nil {
		log.Fatal(err)
	}
	s, err = manager.Update(ctx, s, func(d *Device) { d.Name = "Ann's phone" })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Attributes.Name, s.Attributes.Cart)
	// Output: Ann's phone [tea]
}

func ExampleManager_UpdateUser() {
	ctx, manager := context.Background(), newManager(session.Config{})
	user, err := manager.UpdateUser(ctx, "ann", func(u *User) { u.Name = "Anna" })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Attributes.Name, user.Attributes.Email)
	// Output: Anna ann@example.com
}

func ExampleManager_Renew() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(time.Hour)
	s, err = manager.Renew(ctx, s)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.ActiveUntil.Sub(s.CreatedAt), s.Fresh)
	// Output: 25h0m0s true
}

// After a change of privilege, such as a new password, a stolen copy of the token is void.
func ExampleManager_RotateNow() {
	ctx, manager := context.Background(), newManager(session.Config{})
	before, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	after, err := manager.RotateNow(ctx, before)
	if err != nil {
		log.Fatal(err)
	}
	_, _, err = manager.Validate(ctx, before.Token())
	fmt.Println(err)
	_, _, err = manager.Validate(ctx, after.Token())
	fmt.Println(err)
	// Output:
	// session: no session
	// <nil>
}

func ExampleSession_RequireRecent() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	s, err := manager.Create(ctx, "ann", Device{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.RequireRecent(10 * time.Minute))
	now = now.Add(time.Hour)
	fmt.Println(s.RequireRecent(10 * time.Minute))
	// Output:
	// <nil>
	// session: sign-in is not recent
}

// Run sweeps in the background until the context is canceled.
func ExampleManager_Run() {
	ctx, cancel := context.WithCancel(context.Background())
	manager := newManager(session.Config{SweepInterval: 10 * time.Minute})
	done := make(chan struct{})
	go func() {
		defer close(done)
		manager.Run(ctx)
	}()
	// … serve …
	cancel()
	<-done
	// Output:
}

func ExampleManager_DeleteExpired() {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, manager := context.Background(), newManager(session.Config{Now: func() time.Time { return now }})
	if _, err := manager.Create(ctx, "ann", Device{}); err != nil {
		log.Fatal(err)
	}
	if _, err := manager.Create(ctx, "", Device{}); err != nil {
		log.Fatal(err)
	}
	now = now.Add(15 * 24 * time.Hour)
	if err := manager.DeleteExpired(ctx, "ann"); err != nil { // one user's
		log.Fatal(err)
	}
	fmt.Println(manager.Sweep(ctx)) // everyone's: the anonymous one is left
	// Output: 1 <nil>
}
