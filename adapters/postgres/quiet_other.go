//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package postgres

import "net"

// quiet would report whether an idle connection is open and has nothing to
// read; here a call finds out.
func quiet(net.Conn) bool { return true }
