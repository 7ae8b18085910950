package main

import (
	"errors"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

const (
	minPassword = 8  // characters
	maxPassword = 72 // bytes: bcrypt reads no more
)

// passwords hashes passwords and compares them.
type passwords struct {
	cost    int
	decoy   []byte                            // the hash of a password that no user has
	compare func(hash, password []byte) error // bcrypt's, but for a test
}

func newPasswords(cost int) (passwords, error) {
	decoy, err := bcrypt.GenerateFromPassword([]byte("a decoy password"), cost)
	return passwords{cost, decoy, bcrypt.CompareHashAndPassword}, err
}

// hash returns the hash of a new password, or a complaint for the user if the password
// cannot be used.
func (p passwords) hash(password string) (hash []byte, complaint string, err error) {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return nil, "A password needs at least 8 characters.", nil
	case len(password) > maxPassword:
		return nil, "A password can have at most 72 bytes: letters with accents take two, emoji four.", nil
	}
	hash, err = bcrypt.GenerateFromPassword([]byte(password), p.cost)
	return hash, "", err
}

// match reports whether a password has this hash. For an unknown name, hash is empty, and
// match takes equally long.
func (p passwords) match(hash []byte, password string) (bool, error) {
	known := len(hash) > 0 && len(password) <= maxPassword
	if !known {
		hash = p.decoy
	}
	err := p.compare(hash, []byte(password))
	if errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, nil
	}
	return known && err == nil, err
}
