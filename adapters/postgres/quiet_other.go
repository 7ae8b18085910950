//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package postgres

import "net"

// socket would be a connection as the system has it.
type socket struct{}

func newSocket(net.Conn) *socket { return nil }

// quiet would report whether an idle connection is open and has nothing to
// read; here a call finds out.
func (*socket) quiet() bool { return true }
