package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

// The application's attributes of users and sessions.
type (
	Account struct {
		Email string `db:"email,unique,max=254"`
		Name  string
	}
	Device struct {
		Agent string
	}
)

func ExampleOpen() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "tenon")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	store, err := sqlite.Open[Account, Device](ctx, filepath.Join(folder, "app.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}

	ann := spec.User[Account]{ID: "u1", Attributes: Account{Email: "ann@example.org", Name: "Ann"}}
	if err := store.CreateUser(ctx, ann); err != nil {
		log.Fatal(err)
	}
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	err = store.CreateSession(ctx, spec.Session[Device]{
		ID: "s1", UserID: "u1", CreatedAt: now,
		Lease:      spec.Lease{ActiveUntil: now.Add(24 * time.Hour), ExpiresAt: now.Add(14 * 24 * time.Hour)},
		Attributes: Device{Agent: "Firefox"},
	})
	if err != nil {
		log.Fatal(err)
	}

	session, user, err := store.SessionAndUser(ctx, "s1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Attributes.Name, "with", session.Attributes.Agent, "is", session.State(now))

	// Another user with the same address.
	err = store.CreateUser(ctx, spec.User[Account]{ID: "u2", Attributes: Account{Email: "ann@example.org"}})
	var constraint *spec.ConstraintError
	fmt.Println(errors.As(err, &constraint), constraint.Attribute, constraint.Kind)
	// Output:
	// Ann with Firefox is active
	// true Email not unique
}

func ExampleNew() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "tenon")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	// The application's own handle, for other tables too.
	db, err := sql.Open("sqlite", filepath.Join(folder, "app.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()

	store, err := sqlite.New[Account, Device](ctx, db, sqlite.WithTables("accounts", "logins"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(store.Migrate(ctx))
	_, err = store.UserBy(ctx, "Email", "ann@example.org")
	fmt.Println(errors.Is(err, spec.ErrUserNotFound), err)
	// Output:
	// <nil>
	// true sqlite: user by: user not found
}

func ExampleSessionsDDL() {
	statements, err := sqlite.SessionsDDL[Device]()
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range statements {
		fmt.Println(s + ";")
	}
	// Output:
	// CREATE TABLE "sessions" (
	// 	id TEXT NOT NULL,
	// 	user_id TEXT,
	// 	created_at INTEGER NOT NULL,
	// 	active_until INTEGER NOT NULL,
	// 	expires_at INTEGER NOT NULL,
	// 	credential TEXT NOT NULL,
	// 	"agent" TEXT NOT NULL,
	// 	CONSTRAINT "sessions_pkey" PRIMARY KEY (id)
	// ) STRICT;
	// CREATE INDEX "sessions_user_id_idx" ON "sessions" (user_id);
	// CREATE INDEX "sessions_expires_at_idx" ON "sessions" (expires_at);
}
