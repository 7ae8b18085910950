package subjects

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// isNetworkError reports whether err is what a driver returns when its connection
// breaks, or none is to be had.
func isNetworkError(err error) bool {
	_, is := errors.AsType[net.Error](err)
	return is || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn)
}
