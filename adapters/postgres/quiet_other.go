//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package postgres

import "net"

// socket does nothing on this system.
type socket struct{}

func newSocket(net.Conn) *socket { return nil }

// quiet always returns true. The next call finds out whether the connection is open.
func (*socket) quiet() bool { return true }
