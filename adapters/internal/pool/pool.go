// Package pool implements the option WithMaxConns of the adapters.
package pool

import "errors"

// Size is the maximum number of connections of an adapter. The zero Size means that no
// option has set it.
type Size struct {
	conns int
	set   bool
}

// Of returns the size for this number of connections.
func Of(conns int) Size { return Size{conns, true} }

// Or returns the number of connections, or conns if no option has set it.
func (s Size) Or(conns int) int {
	if s.set {
		return s.conns
	}
	return conns
}

// CheckOwn returns an error if an adapter cannot open this number of connections.
func (s Size) CheckOwn() error {
	if s.set && s.conns < 1 {
		return errors.New("WithMaxConns: a store needs at least one connection")
	}
	return nil
}

// CheckGiven returns an error if the option was set for an adapter that uses the caller's
// connections.
func (s Size) CheckGiven() error {
	if s.set {
		return errors.New("WithMaxConns is for connections that Open makes: these are the caller's, who limits them")
	}
	return nil
}
