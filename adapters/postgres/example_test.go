package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/postgres"
)

// The application's attributes of users and sessions.
type (
	Account struct {
		Email string `db:"email,unique,max=254"`
	}
	Device struct {
		Agent string
	}
)

func ExampleOpen() {
	ctx := context.Background()
	store, err := postgres.Open[Account, Device](ctx, os.Getenv("DATABASE_URL"), postgres.WithSchema("auth"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	user, err := store.UserBy(ctx, "Email", "ann@example.org")
	fmt.Println(user, err)
}

func ExampleNew() {
	ctx := context.Background()
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	store, err := postgres.New[Account, Device](ctx, db, postgres.WithTables("accounts", "logins"))
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Check(ctx); err != nil { // names everything that does not fit
		log.Fatal(err)
	}
}

// An application shares the connections of its pgxpool.Pool with the store.
func ExampleNew_pool() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close() // leaves the pool open
	store, err := postgres.New[Account, Device](ctx, db)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
}

func ExampleDDL() {
	statements, err := postgres.DDL[Account, Device](postgres.WithSchema("auth"))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range statements {
		fmt.Println(s + ";")
	}
	// Output:
	// CREATE SCHEMA IF NOT EXISTS "auth";
	// CREATE TABLE "auth"."users" (
	// 	id text COLLATE "C" NOT NULL,
	// 	"email" text COLLATE "C" NOT NULL,
	// 	CONSTRAINT "users_pkey" PRIMARY KEY (id)
	// );
	// CREATE UNIQUE INDEX "users_email_key" ON "auth"."users" ("email");
	// CREATE TABLE "auth"."sessions" (
	// 	id text COLLATE "C" NOT NULL,
	// 	user_id text COLLATE "C",
	// 	created_at timestamptz(3) NOT NULL,
	// 	active_until timestamptz(3) NOT NULL,
	// 	expires_at timestamptz(3) NOT NULL,
	// 	credential text COLLATE "C" NOT NULL,
	// 	"agent" text NOT NULL,
	// 	CONSTRAINT "sessions_pkey" PRIMARY KEY (id),
	// 	CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY (user_id) REFERENCES "auth"."users" (id) ON DELETE CASCADE
	// );
	// CREATE INDEX "sessions_user_id_idx" ON "auth"."sessions" (user_id);
	// CREATE INDEX "sessions_expires_at_idx" ON "auth"."sessions" (expires_at);
}
