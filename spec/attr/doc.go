// Package attr compiles the attribute types of users and sessions into
// schemas that a store can work from.
//
// An attribute type is a struct. Each exported field is one column (or field
// of a document), named by a db tag or else by the snake_case of its name:
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
// Portable kinds, which come back from every store exactly as they were:
// strings, bool, the integers that fit int64, float64, time.Time (an instant,
// in UTC, cut to the millisecond, years 1 to 9999), []byte, and structs, maps
// and slices, which are kept as JSON. Named types are treated as what they are
// made of: a type Role string is a string, json.RawMessage is bytes, a type
// made of time.Time is a time. A pointer to any of these is the same kind and
// nullable: nil is null. A nil []byte is null too, and not the same as an
// empty one; a pointer to a nil []byte is neither, and cannot be kept. A nil map
// or slice is the JSON text null, not a null.
//
// JSON comes back as json.Unmarshal makes it of what json.Marshal wrote: what
// those leave out, such as unexported fields, is lost.
//
// Refused when the schema is made, with an error that names the type and the
// field: interfaces, uint, uint64 and uintptr (they do not fit int64), float32
// and complex numbers, arrays, channels, functions, pointers to pointers,
// unexported fields, and JSON that contains what encoding/json cannot write and
// read (an interface is fine inside JSON if it has no methods, as any has).
//
// Types with a method Scan(any) error, or Value() of database/sql/driver, are
// refused as well: what they store is theirs to choose, so no store could
// promise that it comes back, is unique or is null. Use a pointer instead of
// sql.NullString and its like, and a string or []byte for a UUID.
//
// The fields of an embedded struct are attributes as if they stood in the
// outer struct. With a db name the embedded struct is one attribute, kept as
// JSON. Embedded pointers are refused, and so are two fields of one name.
//
// # Options
//
//	unique  no two rows have the same value, byte for byte; nulls never
//	        conflict. For strings and []byte with a max of at most 255,
//	        integers and times.
//	max=N   at most N code points of a string, N bytes of a []byte. It is
//	        checked before a store is asked.
package attr
