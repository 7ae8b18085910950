package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/tenon-go/tenon/spec"
)

// Get returns the value with this name as [Session.Get] does. It removes a flash
// value.
func (d *Data) Get(name string) any {
	value, _, _ := take[any](d, name) // any JSON is an any
	return value
}

// Has reports whether there is a value or a flash value with this name. It does not
// remove a flash value.
func (d *Data) Has(name string) bool {
	_, ok := d.Values[name]
	if !ok {
		_, ok = d.Flash[name]
	}
	return ok
}

// Set sets the value with this name. It encodes the value as JSON at once. If
// encoding/json cannot encode the value, the error is spec.ErrInvalid and d is
// unchanged.
func (d *Data) Set(name string, value any) error {
	text, err := encode(value)
	if err == nil {
		put(&d.Values, name, text)
	}
	return err
}

// SetFlash sets the flash value with this name, which is removed when it is read. Use
// it for a message on the next page. The errors are those of Set.
func (d *Data) SetFlash(name string, value any) error {
	text, err := encode(value)
	if err == nil {
		put(&d.Flash, name, text)
	}
	return err
}

// Unset removes the value and the flash value with this name.
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

// take returns the value with this name as a T, or the zero T if it is not set. It
// removes a flash value, unless that cannot be decoded into a T, which is an error.
// Changed reports what it removed.
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

// decode decodes the JSON into *value. On error *value is zero.
func decode[T any](name string, text json.RawMessage, value *T) error {
	if json.Unmarshal(text, value) == nil {
		return nil
	}
	*value = *new(T)
	// The error of encoding/json may contain the value.
	return fmt.Errorf("storage: the value of %q is not a %s", name, reflect.TypeFor[T]())
}

func encode(value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil { // its text may contain the value
		return nil, fmt.Errorf("storage: set: encoding/json cannot write a %T: %w", value, spec.ErrInvalid)
	}
	return text, nil
}

// put sets a value and reports whether that changed anything.
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
