//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package postgres

import (
	"crypto/tls"
	"net"
	"syscall"
)

// quiet reports whether an idle connection is open and has nothing to read,
// without a round trip. A server that shuts down says so and closes the
// connection.
func quiet(conn net.Conn) bool {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return true // not for us to know
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	// Control, not Read, which would wait for a goroutine that pgx may have
	// left reading.
	nothing := false
	err = raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		nothing = err == syscall.EAGAIN || err == syscall.EINTR
	})
	return err == nil && nothing
}
