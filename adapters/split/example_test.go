package split_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

type Person struct {
	Email string `db:"email,unique,max=254"`
}

// Users are in SQLite and sessions in memory, so a restart signs all users out.
func ExampleNew() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "tenon")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	users, err := sqlite.Open[Person, struct{}](ctx, filepath.Join(dir, "users.db"))
	if err != nil {
		log.Fatal(err)
	}
	sessions, err := memory.NewSessions[struct{}]()
	if err != nil {
		log.Fatal(err)
	}
	store, err := split.New(users, sessions)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close() // and with it both others

	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	if err := store.CreateUser(ctx, spec.User[Person]{ID: "ann", Attributes: Person{Email: "ann@example.com"}}); err != nil {
		log.Fatal(err)
	}
	ann, err := store.UserBy(ctx, "Email", "ann@example.com")
	fmt.Println(ann.ID, err)
	// Output: ann <nil>
}
