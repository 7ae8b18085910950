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

// Faults controls the faults of one database. The zero value has no faults. It is safe
// for concurrent use.
type Faults struct {
	mu      sync.Mutex
	cut     bool
	outages int  // the number so far; connections from before the last outage are broken
	lose    bool // lose the next write's answer
	lost    int  // the number of lost answers so far
}

// errCutOff is the error of connecting during an outage, like that of the network.
var errCutOff = &net.OpError{Op: "dial", Net: "faultdriver", Err: syscall.ECONNREFUSED}

// Cut makes the database unreachable until restore is called. It breaks open connections:
// the next call on each of them fails.
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

// LoseAnswer lets the next write be applied, but loses its answer and breaks the
// connection. For a write in a transaction it loses the answer to COMMIT. Lost reports
// whether that has happened.
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

// TakeLoss reports whether the next write's answer is to be lost. If so, the caller must
// lose it: a hook can do that in its own way.
func (f *Faults) TakeLoss() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	lose := f.lose
	f.lose = false
	return lose
}

// connect returns the number of outages so far, for a new connection. During an outage it
// returns an error.
func (f *Faults) connect() (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cut {
		return 0, errCutOff
	}
	return f.outages, nil
}

// checkConnection returns an error for a connection from before the last outage.
func (f *Faults) checkConnection(born int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if born == f.outages {
		return nil
	}
	return newBroken(f.outages)
}

// swallow returns an error instead of the answer to a write, if the answer is to be lost.
func (f *Faults) swallow() error {
	if !f.TakeLoss() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost++
	return newBroken(f.lost)
}

// newBroken returns an error of a driver for a broken connection: in turn
// driver.ErrBadConn, after which database/sql can send the statement again, and an error
// of the network.
func newBroken(n int) error {
	if n%2 == 0 {
		return io.ErrUnexpectedEOF
	}
	return driver.ErrBadConn
}

// IsFault reports whether err is the error of a fault.
func IsFault(err error) bool {
	_, refused := errors.AsType[*net.OpError](err)
	return refused || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Verb returns the first word of a statement, in upper case.
func Verb(query string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return strings.ToUpper(strings.TrimSuffix(word, ";"))
}
