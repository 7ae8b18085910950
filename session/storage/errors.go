package storage

import "errors"

// ErrTooLarge: the cookie's name and value together have more than 4096 bytes, which
// is more than browsers keep. Nothing was stored and no cookie was set.
var ErrTooLarge = errors.New("storage: cookie over 4096 bytes")

// errLate is logged if a change was made too late to be stored.
var errLate = errors.New("storage: the session was changed after the response had begun, and needs a cookie")
