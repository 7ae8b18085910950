package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/tenon-go/tenon/spec"
)

// Get returns the value of this name as [Session.Get] does: a flash value is
// removed.
func (d *Data) Get(name string) any {
	value, _, _ := take[any](d, name) // any JSON is an any
	return value
}

// Has reports whether there is a value of this name, a flash value included. It
// leaves a flash value where it is.
func (d *Data) Has(name string) bool {
	_, ok := d.Values[name]
	if !ok {
		_, ok = d.Flash[name]
	}
	return ok
}

// Set gives the name a value, which encoding/json writes at once. What it cannot
// write is spec.ErrInvalid and changes nothing.
func (d *Data) Set(name string, value any) error {
	text, err := encode(value)
	if err == nil {
		put(&d.Values, name, text)
	}
	return err
}

// SetFlash gives the name a value that stays until it has been read once:
// a message for the next page. Errors are those of Set.
func (d *Data) SetFlash(name string, value any) error {
	text, err := encode(value)
	if err == nil {
		put(&d.Flash, name, text)
	}
	return err
}

// Unset removes the value of this name, a flash value too.
func (d *Data) Unset(name string) { d.unset(name) }

func (d *Data) unset(name string) (changed parts) {
	if _, changed.values = d.Values[name]; changed.values {
		delete(d.Values, name)
	}
	if _, changed.flash = d.Flash[name]; changed.flash {
		delete(d.Flash, name)
	}
	return changed
}

// take returns the value of this name as a T, or the zero T, and what that
// changed: a flash value is removed, unless it is not a T, which is an error.
func take[T any](d *Data, name string) (value T, changed parts, err error) {
	text, ok := d.Values[name]
	if ok {
		return value, changed, decode(name, text, &value)
	}
	if text, ok = d.Flash[name]; !ok {
		return value, changed, nil
	}
	if err := decode(name, text, &value); err != nil {
		return value, changed, err
	}
	delete(d.Flash, name)
	return value, parts{flash: true}, nil
}

// decode sets *value to what the JSON says, or leaves it zero.
func decode[T any](name string, text json.RawMessage, value *T) error {
	if json.Unmarshal(text, value) == nil {
		return nil
	}
	*value = *new(T)
	// The error of json may hold the value.
	return fmt.Errorf("storage: the value of %q is not a %s", name, reflect.TypeFor[T]())
}

func encode(value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil { // whose text may hold the value
		return nil, fmt.Errorf("storage: set: encoding/json cannot write a %T: %w", value, spec.ErrInvalid)
	}
	return text, nil
}

// put reports whether it changed anything.
func put(values *map[string]json.RawMessage, name string, text json.RawMessage) bool {
	old, ok := (*values)[name]
	if ok && bytes.Equal(old, text) {
		return false
	}
	if *values == nil {
		*values = make(map[string]json.RawMessage)
	}
	(*values)[name] = text
	return true
}
