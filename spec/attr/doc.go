// Package attr compiles the attribute types of users and sessions into schemas.
//
// An attribute type is a struct. Each exported field is one column (or field
// of a document). A db tag names the column. Without one, the column has the
// field's name in snake_case:
//
//	type User struct {
//		Email    string `db:"email,unique,max=254"`
//		Nickname *string   // nickname, nullable
//		Roles    []string  // roles, kept as JSON
//		Cache    any       `db:"-"` // left out
//	}
//
// # Kinds
//
// Every store returns values of these kinds exactly as they were written:
//
//   - strings
//   - bool
//   - integers whose type fits in int64
//   - float64
//   - time.Time, as an instant in UTC, cut to the millisecond, in years 1 to 9999
//   - []byte
//   - structs, maps and slices, which are stored as JSON
//
// A named type has the kind of its underlying type: a type Role string is a string,
// json.RawMessage is bytes, a type defined as time.Time is a time.
//
// A pointer to any of these has the same kind and is nullable: nil is null. A nil
// []byte is null too; an empty []byte is not. A pointer to a nil []byte is neither
// null nor empty, and cannot be stored. A nil map or slice is the JSON text null,
// which is not null to the database.
//
// A JSON value is returned as json.Unmarshal reads what json.Marshal wrote. What
// these leave out, such as unexported fields, is lost.
//
// [SchemaOf] refuses all other types, with an error that names the type and the
// field: interfaces, uint, uint64 and uintptr (they do not fit in int64), float32
// and complex numbers, arrays, channels, functions, pointers to pointers,
// unexported fields, and JSON with parts that encoding/json cannot write and read.
// Inside JSON, interfaces without methods, such as any, are allowed.
//
// SchemaOf also refuses types with a method Scan(any) error, or Value() of
// database/sql/driver. Such a type chooses what it stores, so no store can promise
// that its values are returned unchanged, or are unique or null. Use a pointer
// instead of sql.NullString and similar types, and a string or []byte for a UUID.
//
// The fields of an embedded struct are attributes as if they were declared in the
// outer struct. An embedded struct with a db name is one attribute, stored as
// JSON. Embedded pointers and two fields of the same name are refused.
//
// # Options
//
//	unique  no two rows have the same value, byte for byte. Nulls never
//	        conflict. For strings and []byte with a max of at most 255,
//	        integers and times.
//	max=N   at most N code points of a string, or N bytes of a []byte.
//	        Longer values are refused before the database is queried.
package attr
