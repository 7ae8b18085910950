package memory_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/spec"
)

type User struct {
	Email string `db:"email,unique,max=254"`
}

type Device struct {
	Name string
}

func ExampleNew() {
	store, err := memory.New[User, Device]()
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()

	ann := spec.User[User]{ID: "u1", Attributes: User{Email: "ann@example.com"}}
	if err := store.CreateUser(ctx, ann); err != nil {
		log.Fatal(err)
	}
	ann.ID = "u2"
	err = store.CreateUser(ctx, ann)
	fmt.Println(err, errors.Is(err, spec.ErrConstraint))

	signIn := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	err = store.CreateSession(ctx, spec.Session[Device]{
		ID: "s1", UserID: "u1", CreatedAt: signIn,
		Lease:      spec.Lease{ActiveUntil: signIn.Add(time.Hour), ExpiresAt: signIn.Add(24 * time.Hour)},
		Attributes: Device{Name: "phone"},
	})
	if err != nil {
		log.Fatal(err)
	}
	session, user, err := store.SessionAndUser(ctx, "s1")
	fmt.Println(session.Attributes.Name, session.State(signIn), user.Attributes.Email, err)

	if err := store.DeleteUser(ctx, "u1"); err != nil {
		log.Fatal(err)
	}
	_, err = store.Session(ctx, "s1")
	fmt.Println(err)
	// Output:
	// memory: create user: constraint violated: not unique: attribute Email true
	// phone active ann@example.com <nil>
	// memory: session: session not found
}

func ExampleNewSessions() {
	store, err := memory.NewSessions[Device]()
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()

	// Users are kept elsewhere: whether there is a u7 is not checked.
	signIn := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	for id, days := range map[string]int{"phone": 1, "laptop": 7} {
		err := store.CreateSession(ctx, spec.Session[Device]{
			ID: id, UserID: "u7", CreatedAt: signIn,
			Lease: spec.Lease{ActiveUntil: signIn, ExpiresAt: signIn.AddDate(0, 0, days)},
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	n, err := store.DeleteExpiredSessions(ctx, spec.Sweep{Now: signIn.AddDate(0, 0, 2), Everyone: true, Limit: 1000})
	fmt.Println(n, err)
	list, err := store.UserSessions(ctx, "u7")
	fmt.Println(len(list), list[0].ID, err)
	// Output:
	// 1 <nil>
	// 1 laptop <nil>
}
