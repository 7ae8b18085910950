package attr

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Destination sets one attribute to a stored value. It implements the Scanner of
// database/sql.
type Destination struct {
	field *Field
	into  reflect.Value
}

// Destinations returns a destination for each attribute of v, in the order of
// [Schema.Fields].
func (s *Schema[T]) Destinations(v *T) []*Destination {
	rv := reflect.ValueOf(v).Elem()
	list := make([]*Destination, len(s.fields))
	for i := range s.fields {
		list[i] = &Destination{&s.fields[i], rv.FieldByIndex(s.fields[i].index)}
	}
	return list
}

// Scan sets the attribute to a stored value: one that [Schema.Values] returned, in
// any of the forms in which drivers return it. Text can be a []byte, and bytes can
// be a string. A bool, an integer or a float can be any other of these, of any
// size, or decimal text, if nothing is lost. A time can be an integer number of
// milliseconds since 1970 UTC.
//
// Scan returns an error, and leaves the attribute unchanged, if src is nil and the
// attribute is not nullable, or if the Go type cannot hold the value. The error does
// not contain the value.
func (d *Destination) Scan(src any) error {
	f := d.field
	if src == nil {
		if !f.Nullable {
			return f.newMismatch(src, d.into.Type())
		}
		d.into.SetZero()
		return nil
	}
	into := d.into
	if f.pointer {
		into = reflect.New(f.Type).Elem()
	}
	if !f.set(into, src) {
		return f.newMismatch(src, d.into.Type())
	}
	if f.pointer {
		d.into.Set(into.Addr())
	}
	return nil
}

func (f *Field) newMismatch(src any, t reflect.Type) error {
	return fmt.Errorf("attribute %s: %w", f.Name, newMismatch(src, t))
}

// newMismatch returns the error for a stored value that does not fit t. It names
// the value's type and never the value.
func newMismatch(src any, t reflect.Type) error {
	what := "null"
	if src != nil {
		what = fmt.Sprintf("%T", src)
	}
	return fmt.Errorf("the stored value (%s) does not fit %s", what, t)
}

// set sets into, of type f.Type, to the stored value src, and reports whether
// it fits.
func (f *Field) set(into reflect.Value, src any) bool {
	switch f.Kind {
	case String:
		s, ok := toText(src)
		if ok {
			into.SetString(s)
		}
		return ok
	case Bool:
		n, ok := toInt64(src)
		if ok && (n == 0 || n == 1) {
			into.SetBool(n == 1)
			return true
		}
		return false
	case Int:
		n, ok := toInt64(src)
		switch {
		case !ok:
			return false
		case into.CanUint():
			if n < 0 || into.OverflowUint(uint64(n)) {
				return false
			}
			into.SetUint(uint64(n))
		default:
			if into.OverflowInt(n) {
				return false
			}
			into.SetInt(n)
		}
		return true
	case Float:
		x, ok := toFloat(src)
		if ok {
			into.SetFloat(x)
		}
		return ok
	case Time:
		t, ok := toTime(src)
		if ok {
			into.Set(reflect.ValueOf(t).Convert(into.Type()))
		}
		return ok
	case Bytes:
		b, ok := toBytes(src)
		if ok {
			into.SetBytes(b)
		}
		return ok
	default:
		s, ok := toText(src)
		if !ok {
			return false
		}
		fresh := reflect.New(f.Type)
		if json.Unmarshal([]byte(s), fresh.Interface()) != nil {
			return false
		}
		into.Set(fresh.Elem())
		return true
	}
}

func toText(src any) (string, bool) {
	switch s := src.(type) {
	case string:
		return s, true
	case []byte:
		return string(s), true
	}
	return "", false
}

// toBytes returns bytes that nothing else refers to.
func toBytes(src any) ([]byte, bool) {
	switch b := src.(type) {
	case []byte:
		return append([]byte{}, b...), true
	case string:
		return []byte(b), true
	}
	return nil, false
}

// toTime returns a time as stores keep it.
func toTime(src any) (time.Time, bool) {
	t, ok := src.(time.Time)
	if !ok {
		ms, whole := toInt64(src)
		if !whole {
			return time.Time{}, false
		}
		t = time.UnixMilli(ms)
	}
	return NormalTime(t)
}

// toDecimal returns the text of a number.
func toDecimal(src any) (string, bool) {
	if n, ok := src.(json.Number); ok {
		return n.String(), true
	}
	return toText(src)
}

func toInt64(src any) (int64, bool) {
	if n, ok := src.(int64); ok {
		return n, true
	}
	rv := reflect.ValueOf(src)
	switch {
	case rv.CanInt():
		return rv.Int(), true
	case rv.CanUint():
		return int64(rv.Uint()), rv.Uint() <= math.MaxInt64
	case rv.CanFloat():
		x := rv.Float()
		// Every whole float in this range is an int64; 2^63 itself is not.
		return int64(x), x == math.Trunc(x) && -1<<63 <= x && x < 1<<63
	case rv.Kind() == reflect.Bool:
		if rv.Bool() {
			return 1, true
		}
		return 0, true
	}
	s, ok := toDecimal(src)
	n, err := strconv.ParseInt(s, 10, 64)
	return n, ok && err == nil
}

func toFloat(src any) (float64, bool) {
	if x, ok := src.(float64); ok {
		return x, isFinite(x)
	}
	if rv := reflect.ValueOf(src); rv.CanFloat() {
		return rv.Float(), isFinite(rv.Float())
	}
	if s, ok := toDecimal(src); ok {
		x, err := strconv.ParseFloat(s, 64)
		return x, err == nil && isFinite(x)
	}
	n, ok := toInt64(src)
	x := float64(n) // the largest int64s round up to 2^63, which does not fit
	return x, ok && x < 1<<63 && int64(x) == n
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
