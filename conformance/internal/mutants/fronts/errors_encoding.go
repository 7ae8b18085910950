package fronts

// exposing is an error whose text is clean, and whose fields encoders write.
type exposing struct {
	error
	Cause any
}

func (e exposing) Unwrap() error { return e.error }

func (e exposing) GoString() string { return e.Error() }

// hiding is an error whose text is clean, and whose fields only %#v shows.
type hiding struct {
	error
	id string
}

func (e hiding) Unwrap() error { return e.error }
