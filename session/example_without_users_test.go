package session_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
)

// An application whose users are, for example, in a directory keeps only sessions. The
// manager knows only the ids of users.
func ExampleNewManagerWithoutUsers() {
	ctx := context.Background()
	type Device struct{ Name string }
	sessions, err := memory.NewSessions[Device]() // or sqlite.OpenSessions, postgres.OpenSessions, …
	if err != nil {
		log.Fatal(err)
	}
	defer sessions.Close()
	manager, err := session.NewManagerWithoutUsers(sessions, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	s, err := manager.Create(ctx, "4711", Device{Name: "phone"})
	if err != nil {
		log.Fatal(err)
	}
	_, user, err := manager.Validate(ctx, s.Token())
	fmt.Println(user.ID, err)

	// The user has been deleted there.
	if err := manager.InvalidateUser(ctx, "4711"); err != nil {
		log.Fatal(err)
	}
	_, _, err = manager.Validate(ctx, s.Token())
	fmt.Println(err)
	// Output:
	// 4711 <nil>
	// session: no session
}
