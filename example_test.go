package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

type User struct {
	Email string   `db:"email,unique,max=254"`
	Roles []string // kept as JSON
}

type Device struct {
	Name string
}

func Example() {
	if err := signIn(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// that e-mail is taken
	// ann@example.com on Firefox: active
}

func signIn(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tenon")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := sqlite.Open[User, Device](ctx, filepath.Join(dir, "app.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}

	ann := spec.User[User]{ID: "u1", Attributes: User{Email: "ann@example.com", Roles: []string{"editor"}}}
	if err := db.CreateUser(ctx, ann); err != nil {
		return err
	}
	ann.ID = "u2"
	if c, ok := errors.AsType[*spec.ConstraintError](db.CreateUser(ctx, ann)); ok && c.Attribute == "Email" {
		fmt.Println("that e-mail is taken")
	}

	now := time.Now()
	lease := spec.Lease{ActiveUntil: now.Add(time.Hour), ExpiresAt: now.Add(24 * time.Hour), Credential: "digest of a secret"}
	err = db.CreateSession(ctx, spec.Session[Device]{ID: "s1", UserID: "u1", CreatedAt: now, Lease: lease, Attributes: Device{Name: "Firefox"}})
	if err != nil {
		return err
	}
	session, user, err := db.SessionAndUser(ctx, "s1") // one round trip
	if err != nil {
		return err
	}
	fmt.Printf("%s on %s: %s\n", user.Attributes.Email, session.Attributes.Name, session.State(now))
	return nil
}
