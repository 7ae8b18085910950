package mysql_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"

	"github.com/tenon-go/tenon/adapters/mysql"
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
	store, err := mysql.Open[Account, Device](ctx, os.Getenv("MYSQL_DSN"), mysql.WithDatabase("auth"))
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
	db, err := sql.Open("mysql", os.Getenv("MYSQL_DSN"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	store, err := mysql.New[Account, Device](ctx, db, mysql.WithTables("accounts", "logins"))
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Check(ctx); err != nil { // names everything that does not fit
		log.Fatal(err)
	}
}

func ExampleDDL() {
	statements, err := mysql.DDL[Account, Device](mysql.WithDatabase("auth"))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range statements {
		fmt.Println(s + ";")
	}
	// Output:
	// CREATE SCHEMA IF NOT EXISTS `auth`;
	// CREATE TABLE `auth`.`users` (
	// 	id VARBINARY(255) NOT NULL,
	// 	`email` VARBINARY(1016) NOT NULL,
	// 	CONSTRAINT `users_pkey` PRIMARY KEY (id),
	// 	UNIQUE INDEX `users_email_key` (`email`)
	// ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
	// CREATE TABLE `auth`.`sessions` (
	// 	id VARBINARY(255) NOT NULL,
	// 	user_id VARBINARY(255),
	// 	created_at BIGINT NOT NULL,
	// 	active_until BIGINT NOT NULL,
	// 	expires_at BIGINT NOT NULL,
	// 	credential VARBINARY(255) NOT NULL,
	// 	`agent` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	// 	CONSTRAINT `sessions_pkey` PRIMARY KEY (id),
	// 	INDEX `sessions_user_id_idx` (user_id),
	// 	INDEX `sessions_expires_at_idx` (expires_at),
	// 	CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (user_id) REFERENCES `auth`.`users` (id) ON DELETE CASCADE
	// ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
}
