package attr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// ValueError reports which attribute's value cannot be stored, and why. It never
// contains the value.
type ValueError struct {
	Field   string // name of the Go field
	TooLong bool   // the value is longer than its max; if false, no store can hold it
	Reason  string
}

// Error names the field and the reason, never the value.
func (e *ValueError) Error() string { return "attribute " + e.Field + ": " + e.Reason }

// MarshalText returns the error's text.
func (e ValueError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Values returns the values of the masked attributes of v in the order of
// [Schema.Select]. Each is nil or has the Go type of the attribute's [Kind]. They
// share nothing with v. If no store can hold one of the values, the error is a
// *ValueError for the first of these. Otherwise, if a value is longer than its max,
// the error is a *ValueError for the first of those.
func (s *Schema[T]) Values(v T, mask Mask[T]) ([]any, error) {
	rv := reflect.ValueOf(&v).Elem()
	places := s.Places(mask)
	values := make([]any, 0, len(places))
	var tooLong error
	for _, i := range places {
		f := &s.fields[i]
		value, err := f.value(rv.FieldByIndex(f.index))
		if err != nil {
			return nil, err
		}
		if f.Kind == JSON && value != nil && !f.set(reflect.New(f.Type).Elem(), value) {
			return nil, f.newUnreadableError()
		}
		if tooLong == nil {
			tooLong = f.checkMax(value)
		}
		values = append(values, value)
	}
	if tooLong != nil {
		return nil, tooLong
	}
	return values, nil
}

// Unique returns the attribute with this Go name, and value as a store keeps it, to
// find the row that has the value. It reports false unless the attribute is unique
// and value is of its type and not nil. If no store can hold the value, or if it is
// longer than its max, no row can have it: the error is a *ValueError.
func (s *Schema[T]) Unique(name string, value any) (f Field, stored any, ok bool, err error) {
	i, known := s.Place(name)
	rv := reflect.ValueOf(value)
	if !known || !s.fields[i].Unique || !rv.IsValid() || rv.Type() != s.fields[i].Type {
		return Field{}, nil, false, nil
	}
	f = s.fields[i]
	if f.Kind == Bytes && rv.IsNil() {
		return f, nil, false, nil
	}
	if stored, err = f.encode(rv); err == nil {
		err = f.checkMax(stored)
	}
	return f, stored, true, err
}

// value returns the stored form of the field rv.
func (f *Field) value(rv reflect.Value) (any, error) {
	if f.pointer {
		if rv.IsNil() {
			return nil, nil
		}
		rv = rv.Elem()
		if f.Kind == Bytes && rv.IsNil() {
			return nil, f.newError("a pointer to nil bytes is neither null nor empty")
		}
	}
	if f.Kind == Bytes && rv.IsNil() {
		return nil, nil
	}
	return f.encode(rv)
}

// encode returns the stored form of rv. It is not null.
func (f *Field) encode(rv reflect.Value) (any, error) {
	switch f.Kind {
	case String:
		s := rv.String()
		switch {
		case !utf8.ValidString(s):
			return nil, f.newError("not UTF-8")
		case strings.IndexByte(s, 0) >= 0:
			return nil, f.newError("contains NUL")
		}
		return s, nil
	case Bool:
		return rv.Bool(), nil
	case Int:
		if rv.CanUint() {
			return int64(rv.Uint()), nil
		}
		return rv.Int(), nil
	case Float:
		if !isFinite(rv.Float()) {
			return nil, f.newError("not a finite number")
		}
		return rv.Float(), nil
	case Time:
		t, ok := NormalTime(rv.Convert(timeType).Interface().(time.Time))
		if !ok {
			return nil, f.newError("time outside years 1 to 9999")
		}
		return t, nil
	case Bytes:
		return append([]byte{}, rv.Bytes()...), nil
	default:
		return f.json(rv)
	}
}

// json returns the JSON text of rv, which is addressable.
func (f *Field) json(rv reflect.Value) (any, error) {
	// Pass the address, so that json.Marshal finds a MarshalJSON with a pointer receiver.
	text, err := json.Marshal(rv.Addr().Interface())
	if err != nil {
		// The error's text may contain the value.
		return nil, f.newError("encoding/json cannot write it")
	}
	if !utf8.Valid(text) {
		return nil, f.newError("not UTF-8")
	}
	// For bytes that are not UTF-8, json.Marshal writes the escape \ufffd. It does not
	// escape a � in the value.
	for rest := text; ; {
		i := bytes.IndexByte(rest, '\\')
		if i < 0 {
			break
		}
		switch escape := rest[i:min(i+6, len(rest))]; string(escape) {
		case `\u0000`:
			return nil, f.newError("contains NUL")
		case `\ufffd`:
			return nil, f.newError("not UTF-8")
		}
		rest = rest[i+2:]
	}
	return string(text), nil
}

func (f *Field) newError(reason string) error { return &ValueError{Field: f.Name, Reason: reason} }

// newUnreadableError returns the error for JSON that encoding/json writes and does
// not read: that of types whose own methods refuse it, and JSON nested deeper than
// 10,000.
func (f *Field) newUnreadableError() error {
	return f.newError("json.Unmarshal refuses what json.Marshal wrote")
}

// checkMax returns an error for a stored form that is longer than the attribute's max.
func (f *Field) checkMax(stored any) error {
	length := 0
	switch v := stored.(type) {
	case string:
		length = utf8.RuneCountInString(v)
	case []byte:
		length = len(v)
	}
	if f.Max > 0 && length > f.Max {
		return &ValueError{Field: f.Name, TooLong: true, Reason: fmt.Sprintf("longer than its max of %d", f.Max)}
	}
	return nil
}
