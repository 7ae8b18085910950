package spec

// User is one user of the application: an id that the application chose and
// attributes of a type that it defined.
//
// The schema of U (see package attr) says which columns or fields a store
// keeps. struct{} is a valid U for applications that keep nothing else.
type User[U any] struct {
	ID         string // 1 to 255 bytes of UTF-8 without NUL, compared byte for byte
	Attributes U
}

// UserWith returns the user u with these attributes instead of its own.
func UserWith[T, U any](u User[U], attributes T) User[T] {
	return User[T]{ID: u.ID, Attributes: attributes}
}
