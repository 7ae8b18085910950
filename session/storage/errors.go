package storage

import "errors"

// ErrTooLarge: the cookie's name and value together are over 4096 bytes, which
// browsers do not keep. Nothing was stored and no cookie was set.
var ErrTooLarge = errors.New("storage: cookie over 4096 bytes")

// errLate is logged where a change came when it could not be stored any more.
var errLate = errors.New("storage: the session was changed after the response had begun, and needs a cookie")
