package attr

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// Named types have the kind of their underlying types.
type (
	role  string
	flag  bool
	level int8
	ratio float64
	stamp time.Time
	blob  []byte
)

// address is kept as JSON.
type address struct {
	Street string
	Lines  []string
	Counts map[string]*int
	Seen   *time.Time
	Any    any
}

type base struct {
	Origin string `db:"from"`
	Depth  int
}

// rich has every portable kind, plain, named and nullable.
type rich struct {
	Text    string `db:"text,unique,max=20"`
	Role    role
	NilText *string `db:",max=10"`

	Flag    flag
	NilFlag *bool

	Int    int
	I64    int64
	I8     int8
	I16    int16
	I32    int32
	U8     uint8
	U16    uint16
	U32    uint32
	Level  level
	NilInt *int64 `db:",unique"`

	Float    float64
	Ratio    ratio
	NilFloat *float64

	Time    time.Time
	Stamp   stamp
	NilTime *time.Time

	Bytes    []byte `db:",max=8"`
	Blob     blob
	Raw      json.RawMessage
	NilBytes *[]byte

	List    []string
	Map     map[string][]int
	Address address
	NilJSON *address

	base
	Skipped any `db:"-"`
}

func newRich() rich {
	three, ten := 3, int64(10)
	seen := time.Date(2001, 2, 3, 4, 5, 6, 7, time.FixedZone("", 3600))
	return rich{
		Text: "Zoë", Role: "admin", NilText: new("nick"),
		Flag: true, NilFlag: new(false),
		Int: -1, I64: 1<<53 + 1, I8: -128, I16: 32767, I32: -1 << 31, U8: 255, U16: 65535, U32: 1<<32 - 1, Level: 3, NilInt: &ten,
		Float: 0.1, Ratio: -2.5, NilFloat: new(1e300),
		Time:    time.Date(2024, 2, 29, 23, 59, 59, 999_999_999, time.FixedZone("", -5*3600)),
		Stamp:   stamp(time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC)),
		NilTime: new(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)),
		Bytes:   []byte{0, 0xff}, Blob: blob{}, Raw: json.RawMessage("not JSON"), NilBytes: &[]byte{},
		List: []string{"a", ""}, Map: map[string][]int{"x": {1}, "": nil},
		Address: address{Street: "S", Lines: []string{"l"}, Counts: map[string]*int{"n": &three}, Seen: &seen, Any: []any{"y", 1.5, nil}},
		NilJSON: &address{},
		base:    base{Origin: "here", Depth: 4},
		Skipped: "left out",
	}
}

func schemaOf[T any](t testing.TB, own ...string) *Schema[T] {
	t.Helper()
	s, err := SchemaOf[T](own...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func maskOf[T any](t testing.TB, names ...string) Mask[T] {
	t.Helper()
	m, err := Fields[T](names...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantRefused checks that T cannot be compiled and that the error contains all of want.
func wantRefused[T any](t *testing.T, want ...string) {
	t.Helper()
	s, err := SchemaOf[T]()
	if err == nil {
		t.Fatalf("compiled, want an error with %q", want)
	}
	if s != nil {
		t.Errorf("a schema along with the error")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// wantValueError checks that err is a *ValueError about the field, and that its text does
// not contain the secret.
func wantValueError(t *testing.T, err error, field string, tooLong bool, secret string) {
	t.Helper()
	var v *ValueError
	if !errors.As(err, &v) {
		t.Fatalf("error %v (%T), want a *ValueError", err, err)
	}
	if v.Field != field || v.TooLong != tooLong {
		t.Errorf("%+v, want field %s, too long %t", *v, field, tooLong)
	}
	if !strings.Contains(err.Error(), field) || v.Reason == "" {
		t.Errorf("error %q does not name field and reason", err)
	}
	if secret != "" && strings.Contains(err.Error(), secret) {
		t.Errorf("error %q holds the value", err)
	}
}
