package storage

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Session is the data of one visitor: JSON values by name. A commit stores its
// changes. A Session is safe for concurrent use.
//
// A name can have a value, a flash value, or both. If it has both, reads return the
// value.
type Session struct {
	schema *attr.Schema[Data]

	mu         sync.Mutex
	stored     bool      // the session was loaded or committed
	id         string    // id of the row, if there is one
	created    time.Time // time of the first commit; zero if it was never committed
	expires    time.Time // expiry that was loaded or committed last
	data       Data
	changed    parts
	regenerate bool
}

// Get returns the value with this name as encoding/json decodes it into an any: a
// string, a float64, a bool, a []any or a map[string]any. It returns nil if there is
// no such value. It removes a flash value, so the next Get does not find it. To read
// a value exactly and as another type, use [Value].
func (s *Session) Get(name string) any {
	value, _ := Value[any](s, name) // any JSON is an any
	return value
}

// Value returns the value with this name as a T. If there is no such value, it
// returns the zero T; see [Session.Has]. It removes a flash value. If the value
// cannot be decoded into a T, Value returns an error and does not remove it.
func Value[T any](s *Session, name string) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, changed, err := take[T](&s.data, name)
	s.changed.add(changed)
	return value, err
}

// Has reports whether there is a value or a flash value with this name. It does not
// remove a flash value.
func (s *Session) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Has(name)
}

// Set sets the value with this name. It encodes the value as JSON at once, so later
// changes of it have no effect. If encoding/json cannot encode the value, or it
// contains text that is not UTF-8 or has NUL, the error is spec.ErrInvalid and the
// session is unchanged.
func (s *Session) Set(name string, value any) error {
	text, err := s.encode(name, value)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if put(&s.data.Values, name, text) {
		s.changed.values = true
	}
	return nil
}

// Flash sets the flash value with this name, which is removed when it is read. Use it
// for a message on the next page. The errors are those of Set.
func (s *Session) Flash(name string, value any) error {
	text, err := s.encode(name, value)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if put(&s.data.Flash, name, text) {
		s.changed.flash = true
	}
	return nil
}

// encode returns the JSON of a value that every store can hold.
func (s *Session) encode(name string, value any) (json.RawMessage, error) {
	text, err := encode(value)
	if err != nil {
		return nil, err
	}
	entry := Data{Values: map[string]json.RawMessage{name: text}}
	if _, err := spec.Values(s.schema, entry, attr.All[Data]()); err != nil {
		return nil, fmt.Errorf("storage: set: %w", err)
	}
	return text, nil
}

// Unset removes the value and the flash value with this name.
func (s *Session) Unset(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.add(s.data.unset(name))
}

// Regenerate makes the next commit store the session under a new id and end the old
// one, so a stolen or planted copy of the old cookie is no longer valid. Call it when
// a visitor gains rights, above all at sign-in. With [NewInCookie] there is no id, and
// the old cookie is valid until it expires.
func (s *Session) Regenerate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.regenerate = true
}
