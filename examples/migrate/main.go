// Migrate creates the tables of an application ("migrate"), or checks them ("migrate
// check"), before a release is rolled out. It is part of the application, since only the
// application has the types of its attributes.
package main

import (
	"context"
	"log"
	"os"

	"github.com/tenon-go/tenon/adapters/postgres"
)

// User and Session are the application's attribute types. Import them from the package
// that defines them.
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
