package tenonotel_test

import (
	"context"
	"log"
	"os"

	"github.com/tenon-go/tenon/adapters/postgres"
	tenonotel "github.com/tenon-go/tenon/contrib/otel"
	"github.com/tenon-go/tenon/spec"
)

// The attributes of the application's users and sessions.
type (
	User struct {
		Email string `db:"email,unique,max=254"`
	}
	Device struct{ Name string }
)

func ExampleWrap() {
	ctx := context.Background()
	store, err := spec.NewStore[User, Device]("postgres", func(columns spec.Columns) (spec.Adapter, error) {
		a, err := postgres.OpenAdapter(ctx, os.Getenv("DATABASE_URL"), columns)
		if err != nil {
			return nil, err
		}
		return tenonotel.Wrap(a, "postgresql"), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
}

func ExampleWrapSessions() {
	ctx := context.Background()
	sessions, err := spec.NewSessionStore[Device]("postgres", func(columns spec.Columns) (spec.SessionAdapter, error) {
		a, err := postgres.OpenAdapter(ctx, os.Getenv("DATABASE_URL"), columns)
		if err != nil {
			return nil, err
		}
		return tenonotel.WrapSessions(a, "postgresql"), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	defer sessions.Close()
}
