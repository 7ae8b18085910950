package attr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestValues(t *testing.T) {
	t.Parallel()
	values, err := schemaOf[rich](t).Values(newRich(), All[rich]())
	if err != nil {
		t.Fatal(err)
	}
	want := []any{
		"Zoë", "admin", "nick",
		true, false,
		int64(-1), int64(1<<53 + 1), int64(-128), int64(32767), int64(-1 << 31),
		int64(255), int64(65535), int64(1<<32 - 1), int64(3), int64(10),
		0.1, -2.5, 1e300,
		time.Date(2024, 3, 1, 4, 59, 59, 999_000_000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		[]byte{0, 0xff}, []byte{}, []byte("not JSON"), []byte{},
		`["a",""]`, `{"":null,"x":[1]}`,
		`{"Street":"S","Lines":["l"],"Counts":{"n":3},"Seen":"2001-02-03T04:05:06.000000007+01:00","Any":["y",1.5,null]}`,
		`{"Street":"","Lines":null,"Counts":null,"Seen":null,"Any":null}`,
		"here", int64(4),
	}
	wantValues(t, values, want)
}

func TestValuesOfTheZeroValue(t *testing.T) {
	t.Parallel()
	values, err := schemaOf[rich](t).Values(rich{}, All[rich]())
	if err != nil {
		t.Fatal(err)
	}
	year1 := time.Time{}
	zero := int64(0)
	wantValues(t, values, []any{
		"", "", nil,
		false, nil,
		zero, zero, zero, zero, zero, zero, zero, zero, zero, nil,
		0.0, 0.0, nil,
		year1, year1, nil,
		nil, nil, nil, nil,
		"null", "null", `{"Street":"","Lines":null,"Counts":null,"Seen":null,"Any":null}`, nil,
		"", zero,
	})
}

// wantValues also tells nil from empty and int from int64.
func wantValues(t *testing.T, got, want []any) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("value %d: %#v, want %#v", i, got[i], want[i])
		}
	}
}

func TestValuesOfAMask(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	values, err := s.Values(newRich(), maskOf[rich](t, "Depth", "Flag", "Text"))
	if err != nil {
		t.Fatal(err)
	}
	wantValues(t, values, []any{"Zoë", true, int64(4)})
	// Attributes that are not in the mask are not checked.
	v := newRich()
	v.Role, v.Float, v.Text = "\xff", math.NaN(), strings.Repeat("x", 21)
	if _, err := s.Values(v, maskOf[rich](t, "Int")); err != nil {
		t.Errorf("another field: %v", err)
	}
	if values, err := s.Values(v, Mask[rich]{}); err != nil || len(values) != 0 {
		t.Errorf("no field: %v, %v", values, err)
	}
}

func TestValuesShareNothing(t *testing.T) {
	t.Parallel()
	v := newRich()
	*v.NilBytes = []byte("ab")
	s := schemaOf[rich](t)
	values, err := s.Values(v, All[rich]())
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range s.Fields() {
		if b, ok := values[i].([]byte); ok && len(b) > 0 {
			b[0] ^= 0xff
			if again, _ := s.Values(v, All[rich]()); bytes.Equal(again[i].([]byte), b) {
				t.Errorf("%s shares its bytes with its value", f.Name)
			}
		}
	}
}

// Types with their own MarshalJSON.
type (
	onPointer  struct{ s string }    // its MarshalJSON has a pointer receiver
	verbatim   struct{ JSON string } // writes its string unchanged
	failing    struct{ Secret string }
	writeOnly  struct{ N int } // writes JSON that it cannot read
	nodeOfList struct{ Next *nodeOfList }
)

func (p *onPointer) MarshalJSON() ([]byte, error) { return json.Marshal("p" + p.s) }
func (p *onPointer) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &p.s) }
func (v verbatim) MarshalJSON() ([]byte, error)   { return []byte(v.JSON), nil }
func (v *verbatim) UnmarshalJSON(b []byte) error  { v.JSON = string(b); return nil }
func (f failing) MarshalJSON() ([]byte, error)    { return nil, errors.New("cannot write " + f.Secret) }
func (w writeOnly) MarshalJSON() ([]byte, error)  { return []byte(`"text"`), nil }

type textKey struct{ S string }

func (k textKey) MarshalText() ([]byte, error)  { return []byte(k.S), nil }
func (k *textKey) UnmarshalText(b []byte) error { k.S = string(b); return nil }

// secret is part of every refused value and must not be in the errors.
const secret = "s3cret"

func invalidValue[F any](t *testing.T, name string, v F) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		s := schemaOf[one[F]](t)
		values, err := s.Values(one[F]{v}, All[one[F]]())
		if values != nil {
			t.Errorf("values %v along with the error", values)
		}
		wantValueError(t, err, "Field", false, secret)
		_, err = s.Clone(one[F]{v})
		wantValueError(t, err, "Field", false, secret)
	})
}

func TestInvalidValues(t *testing.T) {
	t.Parallel()
	const (
		bad = secret + "\xff"
		nul = secret + "\x00"
	)
	surrogate := secret + "\xed\xa0\x80" // a lone surrogate, encoded as if it were a character
	invalidValue(t, "string, UTF-8", bad)
	invalidValue(t, "string, cut short", secret+"é"[:1])
	invalidValue(t, "string, surrogate", surrogate)
	invalidValue(t, "string, NUL", nul)
	invalidValue(t, "string, named", role(bad))
	invalidValue(t, "string, pointer", new(nul))
	invalidValue(t, "float, NaN", math.NaN())
	invalidValue(t, "float, Inf", math.Inf(1))
	invalidValue(t, "float, -Inf", ratio(math.Inf(-1)))
	invalidValue(t, "float, pointer", new(math.NaN()))
	invalidValue(t, "time, year 0", time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC))
	invalidValue(t, "time, year 10000", stamp(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
	invalidValue(t, "time, pointer", new(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
	invalidValue(t, "bytes, pointer to nil", new([]byte(nil)))

	invalidValue(t, "JSON, UTF-8", []string{"fine", bad})
	invalidValue(t, "JSON, surrogate", []string{surrogate})
	invalidValue(t, "JSON, NUL", []string{nul})
	invalidValue(t, "JSON, key, UTF-8", map[string]int{bad: 1})
	invalidValue(t, "JSON, key, NUL", map[role]int{nul: 1})
	invalidValue(t, "JSON, text key, UTF-8", map[textKey]int{{bad}: 1})
	invalidValue(t, "JSON, nested", map[string][]address{"a": {{Lines: []string{"ok", nul}}}})
	invalidValue(t, "JSON, nested key", address{Any: map[string]any{"a": map[string]int{bad: 1}}})
	invalidValue(t, "JSON, pointer", &address{Street: bad})
	invalidValue(t, "JSON, after a backslash", []string{`\\` + nul})
	invalidValue(t, "JSON, quote before", []string{`"` + bad})
	invalidValue(t, "JSON, NaN", []float64{1, math.NaN()})
	invalidValue(t, "JSON, Inf", address{Any: math.Inf(1)})
	invalidValue(t, "JSON, float32", []float32{float32(math.Inf(-1))})
	invalidValue(t, "JSON, time", []time.Time{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
	invalidValue(t, "JSON, channel inside any", address{Any: make(chan int)})

	invalidValue(t, "MarshalJSON, NUL", verbatim{`"` + secret + `\u0000"`})
	invalidValue(t, "MarshalJSON, UTF-8", verbatim{`"` + bad + `"`})
	invalidValue(t, "MarshalJSON, nested", []*verbatim{{`"` + bad + `"`}})
	invalidValue(t, "MarshalJSON, not JSON", verbatim{secret})
	invalidValue(t, "MarshalJSON, error", failing{secret})
	invalidValue(t, "MarshalJSON, never read", writeOnly{1})
	invalidValue(t, "MarshalJSON, never read, nested", &[]writeOnly{{1}})
	invalidValue(t, "MarshalJSON, pointer receiver", onPointer{bad})
	invalidValue(t, "MarshalJSON, pointer receiver, nested", []onPointer{{nul}})
	invalidValue(t, "MarshalJSON, pointer receiver, pointer", &onPointer{nul})
	invalidValue(t, "RawMessage inside", []json.RawMessage{json.RawMessage(`"` + secret + `\u0000"`)})

	cycle := &nodeOfList{}
	cycle.Next = cycle
	invalidValue(t, "JSON, cycle", cycle)
	var deep *nodeOfList
	for range 10_001 {
		deep = &nodeOfList{deep}
	}
	invalidValue(t, "JSON, too deep to read", deep)
}

func validValue[F any](t *testing.T, name string, v F) {
	t.Helper()
	s := schemaOf[one[F]](t)
	c, err := s.Clone(one[F]{v})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	} else if !reflect.DeepEqual(c.Field, v) {
		t.Errorf("%s: back as %#v, want %#v", name, c.Field, v)
	}
	if _, err := s.Values(one[F]{v}, All[one[F]]()); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestValidValues(t *testing.T) {
	t.Parallel()
	hard := []string{
		"", " ", "\x01", "�", `\u0000`, `\\u0000`, `\ufffd`, `\`, `\\`, `"`, "'", "\u2028", "<&>", "é", "e\u0301", "😀", "\x7f", "a\tb\n",
		"%_", "?", "$1", ":x", "\U0010FFFF", "\uffff",
	}
	for _, s := range hard {
		validValue(t, "string", s)
		validValue(t, "JSON", []string{s})
		validValue(t, "JSON key", map[string]string{s: s})
	}
	validValue(t, "all", hard)
	for _, n := range []int64{0, math.MaxInt64, math.MinInt64, 1<<53 + 1, -(1<<53 + 1)} {
		validValue(t, "int", n)
		validValue(t, "JSON int", []int64{n})
	}
	validValue(t, "JSON uint64", []uint64{math.MaxUint64})
	for _, x := range []float64{0, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1, 1 << 53, 1e21, math.Nextafter(1, 2)} {
		validValue(t, "float", x)
		validValue(t, "JSON float", []float64{x})
	}
	validValue(t, "nil slice", []string(nil))
	validValue(t, "empty slice", []string{})
	validValue(t, "nil map", map[string]int(nil))
	validValue(t, "empty map", map[string]int{})
	validValue(t, "pointer to nil map", new(map[string]int(nil)))
	validValue(t, "nil bytes", []byte(nil))
	validValue(t, "empty bytes", []byte{})
	validValue(t, "any bytes", []byte{0, 0xff, '\\', '\''})
	validValue(t, "pointer to empty bytes", &[]byte{})
	validValue(t, "raw, not JSON", json.RawMessage("{"))
	validValue(t, "text keys", map[textKey]int{{"k"}: 1})
	validValue(t, "U+FFFD in MarshalJSON", verbatim{`"�"`})
	// A method with a pointer receiver is found although the value was passed by value.
	s := schemaOf[one[onPointer]](t)
	if values, err := s.Values(one[onPointer]{onPointer{"x"}}, All[one[onPointer]]()); err != nil || values[0] != `"px"` {
		t.Errorf("pointer receiver: %v, %v", values, err)
	}
}

func TestMax(t *testing.T) {
	t.Parallel()
	type limited struct {
		Text  string  `db:",max=3"`
		Bytes []byte  `db:",max=3"`
		Null  *string `db:",max=3"`
	}
	s, all := schemaOf[limited](t), All[limited]()
	for _, v := range []limited{
		{},
		{Text: "abc", Bytes: []byte("abc"), Null: new("abc")},
		{Text: "ééé", Null: new("😀😀😀")}, // code points, not bytes
	} {
		if _, err := s.Values(v, all); err != nil {
			t.Errorf("%+v: %v", v, err)
		}
	}
	for field, v := range map[string]limited{
		"Text":  {Text: "abcd"},
		"Bytes": {Bytes: []byte("éé")}, // bytes, not code points
		"Null":  {Null: new("e\u0301e\u0301")},
	} {
		_, err := s.Values(v, all)
		wantValueError(t, err, field, true, "abcd")
		if err != nil && !strings.Contains(err.Error(), "max of 3") {
			t.Errorf("%s: error %q does not say the max", field, err)
		}
		// Clone also accepts values that are already in their stored form.
		if _, err := s.Clone(v); err != nil {
			t.Errorf("Clone: %v", err)
		}
	}
}

func TestInvalidComesBeforeTooLong(t *testing.T) {
	t.Parallel()
	type both struct {
		A string `db:",max=1"`
		B string `db:",max=1"`
		C float64
	}
	s, all := schemaOf[both](t), All[both]()
	_, err := s.Values(both{"aa", "bb", math.NaN()}, all)
	wantValueError(t, err, "C", false, "")
	_, err = s.Values(both{"aa", "b\xff", 0}, all)
	wantValueError(t, err, "B", false, "")
	_, err = s.Values(both{"aa", "bb", 0}, all)
	wantValueError(t, err, "A", true, "")
	_, err = s.Values(both{"aa", "bb", math.NaN()}, maskOf[both](t, "B"))
	wantValueError(t, err, "B", true, "")
}

func TestUnique(t *testing.T) {
	t.Parallel()
	type keyed struct {
		Text   string     `db:",unique,max=4"`
		Role   *role      `db:",unique,max=4"`
		Number uint8      `db:",unique"`
		At     *time.Time `db:",unique"`
		Bytes  []byte     `db:",unique,max=4"`
		Other  string
	}
	s := schemaOf[keyed](t)
	at := time.Date(2024, 1, 1, 0, 0, 0, 1_999_999, time.FixedZone("", 3600))
	for name, test := range map[string]struct{ value, stored any }{
		"Text":   {"é", "é"},
		"Role":   {role("boss"), "boss"},
		"Number": {uint8(255), int64(255)},
		"At":     {at, time.Date(2023, 12, 31, 23, 0, 0, 1_000_000, time.UTC)},
		"Bytes":  {[]byte{}, []byte{}},
	} {
		f, stored, ok, err := s.Unique(name, test.value)
		if !ok || err != nil || f.Name != name || !reflect.DeepEqual(stored, test.stored) {
			t.Errorf("%s: %s %#v %t %v, want %#v", name, f.Name, stored, ok, err, test.stored)
		}
	}
	for _, test := range []struct {
		name  string
		value any
	}{
		{"Other", "x"}, {"Nope", "x"}, {"", "x"}, {"text", "x"},
		{"Text", nil}, {"Text", role("x")}, {"Text", new("x")}, {"Text", []byte("x")}, {"Text", 1},
		{"Role", "x"}, {"Role", (*role)(nil)}, {"Role", new(role("x"))},
		{"Number", 1}, {"Number", int64(1)}, {"At", stamp(at)}, {"At", &at},
		{"Bytes", "x"}, {"Bytes", []byte(nil)}, {"Bytes", blob{}},
	} {
		if f, stored, ok, err := s.Unique(test.name, test.value); ok || err != nil || stored != nil {
			t.Errorf("%s, %T: %s %v %t %v", test.name, test.value, f.Name, stored, ok, err)
		}
	}
	for _, test := range []struct {
		name    string
		value   any
		tooLong bool
	}{
		{"Text", secret, true}, {"Text", "\xff", false}, {"Text", "a\x00", false}, {"Text", secret + "\xff", false},
		{"Role", role(secret), true}, {"Bytes", []byte(secret), true},
		{"At", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), false},
	} {
		_, _, ok, err := s.Unique(test.name, test.value)
		if !ok {
			t.Errorf("%s, %T: not ok, although the type is right", test.name, test.value)
		}
		wantValueError(t, err, test.name, test.tooLong, secret)
	}
}

func TestUniqueSharesNothing(t *testing.T) {
	t.Parallel()
	type keyed struct {
		Key []byte `db:",unique,max=4"`
	}
	in := []byte("abc")
	_, stored, _, err := schemaOf[keyed](t).Unique("Key", in)
	in[0] = 'x'
	if err != nil || fmt.Sprintf("%s", stored) != "abc" {
		t.Errorf("%s, %v", stored, err)
	}
}
