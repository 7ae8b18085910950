// Migrate makes the tables of an application, or checks them, before a release is
// rolled out: "migrate" or "migrate check". It is a program of the application's own,
// because only the application has the types of its attributes.
package main

import (
	"context"
	"log"
	"os"

	"github.com/tenon-go/tenon/adapters/postgres"
)

// User and Session are the attributes that the application has; import them from where
// it defines them.
type (
	User struct {
		Email string `db:"email,unique,max=254"`
	}
	Session struct {
		Device string
	}
)

func main() {
	ctx := context.Background()
	db, err := postgres.Open[User, Session](ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	run := db.Migrate
	if len(os.Args) > 1 && os.Args[1] == "check" {
		run = db.Check
	}
	if err := run(ctx); err != nil {
		log.Fatal(err) // names each table, column and index that does not fit
	}
}
