package attr_test

import (
	"fmt"
	"log"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// User is an attribute type of an application.
type User struct {
	Email    string `db:"email,unique,max=254"`
	Nickname *string
	Roles    []string
	SeenAt   time.Time
	Cached   any `db:"-"`
}

func ExampleSchemaOf() {
	schema, err := attr.SchemaOf[User]()
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range schema.Fields() {
		fmt.Printf("%-8s %-8s %-6s null=%t unique=%t max=%d\n", f.Name, f.Column, f.Kind, f.Nullable, f.Unique, f.Max)
	}
	// Output:
	// Email    email    string null=false unique=true max=254
	// Nickname nickname string null=true unique=false max=0
	// Roles    roles    json   null=false unique=false max=0
	// SeenAt   seen_at  time   null=false unique=false max=0
}

// A type that some store cannot keep is an error when the program starts.
func ExampleSchemaOf_error() {
	type Account struct {
		Balance uint64
	}
	_, err := attr.SchemaOf[Account]()
	fmt.Println(err)
	type Key struct {
		Name string `db:"ID"`
	}
	_, err = attr.SchemaOf[Key]()
	fmt.Println(err)
	// Output:
	// attr: attr_test.Account.Balance: a field of type uint64 cannot be kept
	// attr: attr_test.Key.Name: column "ID" is the entity's own
}

// A mask names what an update sets, by the names of the Go fields.
func ExampleFields() {
	mask, err := attr.Fields[User]("Roles", "Email")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mask.Empty())
	_, err = attr.Fields[User]("Mail")
	fmt.Println(err)
	// Output:
	// false
	// attr: mask of attr_test.User: no attribute "Mail"
}

// An adapter writes the values of the masked fields.
func ExampleSchema_Values() {
	schema, err := attr.SchemaOf[User]()
	if err != nil {
		log.Fatal(err)
	}
	mask, err := attr.Fields[User]("Roles", "Nickname", "SeenAt")
	if err != nil {
		log.Fatal(err)
	}
	seen := time.Date(2026, 1, 2, 3, 4, 5, 678_999_999, time.FixedZone("CET", 3600))
	values, err := schema.Values(User{Roles: []string{"admin"}, SeenAt: seen}, mask)
	if err != nil {
		log.Fatal(err)
	}
	for i, f := range schema.Select(mask) {
		fmt.Println(f.Column, "=", values[i])
	}

	_, err = schema.Values(User{Email: "ann\x00@example.com"}, attr.All[User]())
	fmt.Println(err)
	// Output:
	// nickname = <nil>
	// roles = ["admin"]
	// seen_at = 2026-01-02 02:04:05.678 +0000 UTC
	// attribute Email: contains NUL
}

// An adapter reads a row into destinations, in whatever form its driver returns it.
func ExampleSchema_Destinations() {
	schema, err := attr.SchemaOf[User]()
	if err != nil {
		log.Fatal(err)
	}
	row := []any{[]byte("ann@example.com"), nil, `["admin"]`, int64(1767319445678)}
	var user User
	for i, d := range schema.Destinations(&user) {
		if err := d.Scan(row[i]); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(user.Email, user.Nickname, user.Roles, user.SeenAt)

	fmt.Println(schema.Destinations(&user)[0].Scan(nil))
	// Output:
	// ann@example.com <nil> [admin] 2026-01-02 02:04:05.678 +0000 UTC
	// attribute Email: the stored value (null) does not fit string
}
