package mongo

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/adapters/internal/pool"
)

// Option changes how an adapter is made.
type Option func(*settings)

type settings struct {
	users, sessions string
	userIDs         *idType
	ttl             bool
	conns           pool.Size
}

// WithCollections sets the names of the collections, which are otherwise
// "users" and "sessions". For sessions alone the first name is not used.
func WithCollections(users, sessions string) Option {
	return func(s *settings) { s.users, s.sessions = users, sessions }
}

// UserIDs is what the ids of users are, if they are not any text.
type UserIDs int

// The kinds of ids that a collection of users may have. Package documentation,
// "Ids of users", says what they change.
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

// WithUserIDs is for collections of users whose ids are not strings.
func WithUserIDs(kind UserIDs) Option {
	return func(s *settings) { s.userIDs = kind.idType() }
}

// WithTTL lets the server delete expired sessions, by a TTL index on expires_at: a minute after ExpiresAt by the server's clock, so that clocks
// may differ a little, and within ten minutes, which the adapter declares.
// A server that has more to delete than its TTL monitor keeps up with takes
// longer.
func WithTTL() Option {
	return func(s *settings) { s.ttl = true }
}

// WithMaxConns sets how many connections to each server [Open] may have at once, in
// place of the URI's maxPoolSize, which is otherwise 100. The driver has two more to
// each server, by which it watches it. Calls that find all connections in use wait,
// for as long as their contexts let them. With [New] it is spec.ErrInvalid: the limit
// is that of the client.
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

// validate refuses names that the server cannot hold, and a kind of ids that there is not.
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

// maxName leaves room for the database's name: the server takes 255 bytes for
// both.
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
