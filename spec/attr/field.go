package attr

import (
	"reflect"
	"slices"
	"time"
)

// Kind tells a store how to keep an attribute.
type Kind int

// The kinds, each with the Go type of the values that [Schema.Values] returns.
const (
	String Kind = iota + 1 // string
	Bool                   // bool
	Int                    // int64
	Float                  // float64, finite
	Time                   // time.Time, in UTC, to the millisecond
	Bytes                  // []byte, never nil
	JSON                   // string, a JSON text
)

var kindNames = [...]string{String: "string", Bool: "bool", Int: "int", Float: "float", Time: "time", Bytes: "bytes", JSON: "json"}

// String returns the name of the kind: "string", "bool", …
func (k Kind) String() string {
	if k < 1 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Field is one attribute: a field of the struct and its column in the store.
type Field struct {
	Name     string // name of the Go field
	Column   string // name of the column, or of the field of a document
	Kind     Kind
	Nullable bool         // the value can be nil
	Unique   bool         // no two rows have the same value; nil conflicts with nothing
	Max      int          // limit in code points of a string or bytes of a []byte; 0 for no limit
	Type     reflect.Type // type of the Go field; if that is a pointer, the type it points to

	index   []int // for reflect's FieldByIndex
	pointer bool  // the Go field is a pointer to Type

	direct reflect.Type // type of the pointer that sets the attribute; nil if a *Destination sets it
}

// Fields returns the attributes in the order of the struct.
func (s *Schema[T]) Fields() []Field { return slices.Clone(s.fields) }

// Select returns the masked attributes in the order of the struct. [Schema.Values]
// returns their values in the same order.
func (s *Schema[T]) Select(mask Mask[T]) []Field {
	var fields []Field
	for _, i := range s.Places(mask) {
		fields = append(fields, s.fields[i])
	}
	return fields
}

// The seconds since 1970 of the first and the last second of years 1 to 9999.
var (
	firstSecond = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastSecond  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

// NormalTime returns t as stores keep it: in UTC, cut (never rounded) to the
// millisecond. It reports false for a year outside 1 to 9999 in UTC.
func NormalTime(t time.Time) (time.Time, bool) {
	if s := t.Unix(); s < firstSecond || s > lastSecond {
		return time.Time{}, false
	}
	t = t.UTC() // also drops the reading of the monotonic clock
	if finer := t.Nanosecond() % int(time.Millisecond); finer != 0 {
		t = t.Add(-time.Duration(finer)) // nanoseconds count forward, even before 1970
	}
	return t, true
}
