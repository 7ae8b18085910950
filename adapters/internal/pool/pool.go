// Package pool has what the options WithMaxConns of the adapters have in common.
package pool

import "errors"

// Size is how many connections an adapter may have. The zero Size is one that no
// option has set.
type Size struct {
	conns int
	set   bool
}

// Of returns the size of so many connections.
func Of(conns int) Size { return Size{conns, true} }

// Or returns the size, or another if none was set.
func (s Size) Or(conns int) int {
	if s.set {
		return s.conns
	}
	return conns
}

// CheckOwn returns why an adapter cannot open so many connections.
func (s Size) CheckOwn() error {
	if s.set && s.conns < 1 {
		return errors.New("WithMaxConns: a store needs at least one connection")
	}
	return nil
}

// CheckGiven returns why an adapter on the caller's connections cannot have the
// option.
func (s Size) CheckGiven() error {
	if s.set {
		return errors.New("WithMaxConns is for connections that Open makes: these are the caller's, who limits them")
	}
	return nil
}
