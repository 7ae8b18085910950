package faultdriver

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
)

// Faults are the faults of one database. The zero Faults has none. It is safe
// for concurrent use.
type Faults struct {
	mu      sync.Mutex
	cut     bool
	outages int  // so far: a connection from before the last one is gone
	lose    bool // the next write's answer
	lost    int  // answers so far
}

// errCutOff is what connecting fails with during an outage, as the network says it.
var errCutOff = &net.OpError{Op: "dial", Net: "faultdriver", Err: syscall.ECONNREFUSED}

// Cut makes the database unreachable until restore is called. Connections that
// are open are gone, which who uses one finds out by the next call on it.
func (f *Faults) Cut() (restore func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cut = true
	f.outages++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.cut = false
	}
}

// LoseAnswer lets the next write be applied and loses its answer, and the
// connection with it: of a write in a transaction, the answer to COMMIT. Lost
// reports whether that has happened.
func (f *Faults) LoseAnswer() (lost func() bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lose = true
	return func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return !f.lose
	}
}

// TakeLoss reports whether the next write's answer is to be lost, and makes
// that the caller's business: a hook may lose it in another way.
func (f *Faults) TakeLoss() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	lose := f.lose
	f.lose = false
	return lose
}

// connect returns the number of outages before a new connection.
func (f *Faults) connect() (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cut {
		return 0, errCutOff
	}
	return f.outages, nil
}

// checkConnection returns the error of a call on a connection from before an
// outage.
func (f *Faults) checkConnection(born int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if born == f.outages {
		return nil
	}
	return newBroken(f.outages)
}

// swallow returns the error in place of the answer to a write, if it is lost.
func (f *Faults) swallow() error {
	if !f.TakeLoss() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost++
	return newBroken(f.lost)
}

// newBroken returns what drivers report of a broken connection: in turn
// driver.ErrBadConn, upon which database/sql sends a statement again where it
// may, and the network's error.
func newBroken(n int) error {
	if n%2 == 0 {
		return io.ErrUnexpectedEOF
	}
	return driver.ErrBadConn
}

// IsFault reports whether err is what a fault fails with, as a driver passes it on.
func IsFault(err error) bool {
	_, refused := errors.AsType[*net.OpError](err)
	return refused || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Verb is the first word of a statement, in upper case.
func Verb(query string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return strings.ToUpper(strings.TrimSuffix(word, ";"))
}
