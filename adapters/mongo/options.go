package mongo

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/adapters/internal/pool"
)

// Option is an option of the functions that open a store or an adapter.
type Option func(*settings)

type settings struct {
	users, sessions string
	userIDs         *idType
	ttl             bool
	conns           pool.Size
}

// WithCollections sets the names of the collections. The defaults are "users" and
// "sessions". A store that keeps only sessions ignores the first name.
func WithCollections(users, sessions string) Option {
	return func(s *settings) { s.users, s.sessions = users, sessions }
}

// UserIDs is a kind of ids of users that are not strings.
type UserIDs int

// The kinds of ids that a collection of users can have. See "Ids of users" in the package
// documentation.
const (
	IntegerIDs UserIDs = iota + 1
	ObjectIDs
)

func (kind UserIDs) idType() *idType {
	switch kind {
	case IntegerIDs:
		return &integerIDs
	case ObjectIDs:
		return &objectIDs
	}
	return nil
}

// WithUserIDs sets the kind of the ids of users. By default they are strings.
func WithUserIDs(kind UserIDs) Option {
	return func(s *settings) { s.userIDs = kind.idType() }
}

// WithTTL makes the server delete expired sessions by a TTL index on expires_at. The server
// deletes a session at the earliest a minute after ExpiresAt by its own clock, so small
// differences between clocks do no harm, and at the latest after ten minutes, which the
// adapter declares as ExpirySlack. It takes longer if the server's TTL monitor cannot keep
// up with the number of expired sessions.
func WithTTL() Option {
	return func(s *settings) { s.ttl = true }
}

// WithMaxConns sets the maximum number of connections of [Open] to each server. It
// overrides maxPoolSize in the URI, whose default is 100. The driver uses two more
// connections to each server for monitoring. If all are in use, a call waits until one is
// free or its context ends. With [New] the option is spec.ErrInvalid: set the limit on the
// client.
func WithMaxConns(n int) Option {
	return func(s *settings) { s.conns = pool.Of(n) }
}

func settingsOf(list []Option) settings {
	s := settings{users: "users", sessions: "sessions", userIDs: &stringIDs}
	for _, set := range list {
		set(&s)
	}
	return s
}

// validate returns an error for names that the server does not accept and for an unknown
// kind of ids.
func (s settings) validate(alone bool) error {
	if s.userIDs == nil {
		return errors.New("WithUserIDs: no such kind of ids")
	}
	if err := checkName("sessions", s.sessions); err != nil || alone {
		return err
	}
	if s.users == s.sessions {
		return errors.New("users and sessions have the same collection name")
	}
	return checkName("users", s.users)
}

// maxName leaves room for the database's name. The server accepts 255 bytes for both
// together.
const maxName = 190

func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the name of the %s collection is empty", what)
	case !utf8.ValidString(name) || strings.ContainsAny(name, "$\x00"):
		return fmt.Errorf("the name of the %s collection has a $ or a NUL, or is not UTF-8", what)
	case strings.HasPrefix(name, "system.") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return fmt.Errorf("the name of the %s collection is one of the server's own, or begins or ends with a dot", what)
	case len(name) > maxName:
		return fmt.Errorf("the name of the %s collection is over %d bytes", what, maxName)
	}
	return nil
}
