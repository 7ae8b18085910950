package storage

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Session is what is kept for one visitor: JSON values by name. Changes are
// made here and stored by a commit. It is safe for concurrent use.
//
// A name can have a value, a flash value, or both; the value is then read first.
type Session struct {
	schema *attr.Schema[Data]

	mu         sync.Mutex
	stored     bool      // it was loaded or committed
	id         string    // of the row, if there is one
	created    time.Time // zero: it has never been committed
	expires    time.Time // as it was loaded or committed
	data       Data
	changed    parts
	regenerate bool
}

// Get returns the value of this name as encoding/json decodes it: a string, a
// float64, a bool, a []any or a map[string]any. It is nil if there is none. A
// flash value is removed: the next Get does not find it. [Value] reads other
// types, and exactly.
func (s *Session) Get(name string) any {
	value, _ := Value[any](s, name) // any JSON is an any
	return value
}

// Value returns the value of this name as a T. If there is none, that is the
// zero T; see [Session.Has]. A flash value is removed. A value that is not a T
// is an error, and stays.
func Value[T any](s *Session, name string) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, changed, err := take[T](&s.data, name)
	s.changed.add(changed)
	return value, err
}

// Has reports whether there is a value of this name, a flash value included. It
// leaves a flash value where it is.
func (s *Session) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Has(name)
}

// Set gives the name a value, which encoding/json writes at once, so that what
// becomes of it later does not count. What it cannot write, or text that is
// not UTF-8 or contains NUL, is spec.ErrInvalid and changes nothing.
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

// Flash gives the name a value that stays until it has been read once: a
// message for the next page. Errors are those of Set.
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

// Unset removes the value of this name, a flash value too.
func (s *Session) Unset(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.add(s.data.unset(name))
}

// Regenerate has the next commit store the session under a new id and end the
// old one, so that whoever knew the old cookie is left behind. Call it where a
// visitor gains rights, above all at sign-in. Where all is in the cookie there
// is no id, and the old cookie works until it expires.
func (s *Session) Regenerate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.regenerate = true
}
