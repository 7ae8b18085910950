//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package postgres

import (
	"crypto/tls"
	"net"
	"syscall"
)

// socket is a connection as the system has it.
type socket struct {
	raw  syscall.RawConn // nil: not for us to know
	peek func(fd uintptr)

	// What peek leaves behind. It is here because quiet, which every call asks
	// first, would allocate it.
	buffer [1]byte
	empty  bool
}

func newSocket(conn net.Conn) *socket {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	s := new(socket)
	if c, ok := conn.(syscall.Conn); ok {
		s.raw, _ = c.SyscallConn()
	}
	s.peek = func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), s.buffer[:], syscall.MSG_PEEK)
		s.empty = err == syscall.EAGAIN || err == syscall.EINTR
	}
	return s
}

// quiet reports whether an idle connection is open and has nothing to read,
// without a round trip. A server that shuts down says so and closes the
// connection.
func (s *socket) quiet() bool {
	if s.raw == nil {
		return true
	}
	s.empty = false
	// Control, not Read, which would wait for a goroutine that pgx may have
	// left reading.
	return s.raw.Control(s.peek) == nil && s.empty
}
