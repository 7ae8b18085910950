package spec

// User is one user of the application, with an id that the application chose and
// attributes of a type that the application defined.
//
// The schema of U (see package attr) defines the columns or document fields that a
// store keeps. Applications without attributes of users use struct{} as U.
type User[U any] struct {
	ID         string // 1 to 255 bytes of UTF-8 without NUL, compared byte for byte
	Attributes U
}

// UserWith returns a copy of u with these attributes instead of its own.
func UserWith[T, U any](u User[U], attributes T) User[T] {
	return User[T]{ID: u.ID, Attributes: attributes}
}
