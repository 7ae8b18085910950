//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package postgres

import (
	"crypto/tls"
	"net"
	"syscall"
)

// socket is the socket of a connection.
type socket struct {
	raw  syscall.RawConn // nil if it is not accessible
	peek func(fd uintptr)

	// The buffer of peek. It is here because otherwise quiet, which every call uses
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
	// Use Control, because Read would wait if a goroutine of pgx is still reading.
	return s.raw.Control(s.peek) == nil && s.empty
}
