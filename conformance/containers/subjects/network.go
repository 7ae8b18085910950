package subjects

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// isNetworkError reports whether err is that of a driver whose connection breaks, or
// that cannot connect.
func isNetworkError(err error) bool {
	_, is := errors.AsType[net.Error](err)
	return is || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn)
}
