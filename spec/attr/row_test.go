package attr

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// encode returns the encoded row of v.
func encode[T any](s *Schema[T], v T) ([]byte, error) {
	values, err := s.Values(v, All[T]())
	if err != nil {
		return nil, err
	}
	return EncodeRow(s.Fields(), values)
}

// decode sets *v to an encoded row, as a store does.
func decode[T any](s *Schema[T], data []byte, v *T) error {
	values, err := DecodeRow(s.Fields(), data)
	if err != nil {
		return err
	}
	return SetAll(s.Pointers(v), values)
}

func TestEncodeRow(t *testing.T) {
	t.Parallel()
	type row struct {
		Email   string `db:"e-mail"`
		Flag    bool
		Big     int64
		Float   float64
		At      time.Time
		Bytes   []byte
		Empty   []byte
		None    []byte
		Null    *int
		Roles   []string
		Skipped string `db:"-"`
	}
	v := row{"a@x", true, 1<<53 + 1, 0.1, time.Unix(-1, 999_999).UTC(), []byte{0, 0xff}, []byte{}, nil, nil, []string{"a"}, "no"}
	got, err := encode(schemaOf[row](t), v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"at":-1000,"big":9007199254740993,"bytes":"AP8=","e-mail":"a@x","empty":"","flag":true,"float":0.1,"none":null,"null":null,"roles":"[\"a\"]"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func roundTrip[T any](t *testing.T, name string, v, want T) {
	t.Helper()
	s := schemaOf[T](t)
	data, err := encode(s, v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	values, err := s.Values(v, All[T]())
	if decoded, again := DecodeRow(s.Fields(), data); err != nil || again != nil || !reflect.DeepEqual(decoded, values) {
		t.Errorf("%s: %s:\ngot  %#v, %v\nwant %#v, %v", name, data, decoded, again, values, err)
	}
	var back T
	if err := decode(s, data, &back); err != nil {
		t.Errorf("%s: %s: %v", name, data, err)
	} else if !reflect.DeepEqual(back, want) {
		t.Errorf("%s: %s:\ngot  %+v\nwant %+v", name, data, back, want)
	}
}

func TestRowsComeBack(t *testing.T) {
	t.Parallel()
	roundTrip(t, "full", newRich(), newStored())
	roundTrip(t, "zero", rich{}, rich{})
	roundTrip(t, "struct{}", struct{}{}, struct{}{})
	for _, n := range []int64{math.MaxInt64, math.MinInt64, 1<<53 + 1} {
		roundTrip(t, "int64", one[int64]{n}, one[int64]{n})
		roundTrip(t, "in JSON", one[[]int64]{[]int64{n}}, one[[]int64]{[]int64{n}})
	}
	for _, x := range []float64{math.MaxFloat64, -math.SmallestNonzeroFloat64, 0.1, 1 << 62, 1e20, 1e21, 1e-7} {
		roundTrip(t, "float", one[float64]{x}, one[float64]{x})
	}
	for _, s := range []string{"", "<&>\u2028", `"\`, "null", "1", "�", "😀"} {
		roundTrip(t, "string", one[string]{s}, one[string]{s})
		roundTrip(t, "null string", one[*string]{&s}, one[*string]{&s})
		roundTrip(t, "bytes", one[[]byte]{[]byte(s)}, one[[]byte]{[]byte(s)})
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	roundTrip(t, "every byte", one[[]byte]{every}, one[[]byte]{every})
	for _, at := range []time.Time{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)} {
		roundTrip(t, "time", one[time.Time]{at}, one[time.Time]{at})
	}
	type quoted struct {
		A int `db:"<a>&\"'"`
	}
	roundTrip(t, "hard column", quoted{1}, quoted{1})
}

// In a row from before an attribute was added, the attribute is the zero value. The value
// of a removed attribute is ignored.
func TestDecodeRowOfOtherColumns(t *testing.T) {
	t.Parallel()
	type row struct {
		A int
		B *string
		C []byte
		D time.Time
		E []string
		F address
	}
	s := schemaOf[row](t)
	for data, want := range map[string]row{
		`{}`:                                {},
		` {"a": 5, "later": [{}], "A": 6} `: {A: 5},
	} {
		v := row{1, new("old"), []byte("old"), time.Unix(1, 0), []string{"old"}, address{Street: "old"}}
		if err := decode(s, []byte(data), &v); err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("%s: %+v, %v, want %+v", data, v, err, want)
		}
		values, err := s.Values(want, All[row]())
		if got, again := DecodeRow(s.Fields(), []byte(data)); err != nil || again != nil || !reflect.DeepEqual(got, values) {
			t.Errorf("%s: %#v, %v, want %#v, %v", data, got, again, values, err)
		}
	}
}

func TestDecodeRowOfGarbage(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	for _, data := range []string{
		"", " ", "null", "[]", "1", `"` + secret + `"`, secret, "{", `{"text":`, `{"text":"` + secret, `{"text":"a"}}`, `{"text":"` + secret + `"} x`,
		`{}{}`, "{}\x00", "{'text':1}",
		`{"text":null}`, `{"text":77}`, `{"text":["` + secret + `"]}`, `{"text":{"` + secret + `":1}}`, `{"text":true}`,
		`{"flag":null}`, `{"flag":77}`, `{"flag":"` + secret + `"}`, `{"flag":[]}`,
		`{"int":"` + secret + `"}`, `{"int":7.7}`, `{"int":77e77}`, `{"int":9223372036854775808}`, `{"i8":177}`, `{"u32":-77}`, `{"int":{}}`,
		`{"float":"` + secret + `"}`, `{"float":7e777}`, `{"float":[]}`, `{"float":null}`,
		`{"time":"` + secret + `"}`, `{"time":777777777777777}`, `{"time":null}`, `{"time":{}}`,
		`{"bytes":"` + secret + `"}`, `{"bytes":"AP8"}`, `{"bytes":77}`, `{"bytes":[77]}`,
		`{"list":null}`, `{"list":["` + secret + `"]}`, `{"list":"[\"` + secret + `\""}`, `{"list":77}`, `{"list":"77"}`, `{"map":"{\"a\":[\"` + secret + `\"]}"}`,
	} {
		err := decode(s, []byte(data), new(newRich()))
		if err == nil {
			t.Errorf("%s: no error", data)
			continue
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "77") {
			t.Errorf("%s: error %q holds the value", data, err)
		}
		if json.Valid([]byte(data)) && len(data) > 2 && data[0] == '{' && !strings.Contains(err.Error(), "attribute ") {
			t.Errorf("%s: error %q does not name the attribute", data, err)
		}
	}
}

// fussy is stored as JSON, and no store can hold its zero value.
type fussy struct{ Text string }

func (f fussy) MarshalJSON() ([]byte, error) {
	if f.Text == "" {
		return nil, errors.New("empty")
	}
	return json.Marshal(f.Text)
}

func TestDecodeRowWithoutZeroValue(t *testing.T) {
	t.Parallel()
	var v one[fussy]
	wantValueError(t, decode(schemaOf[one[fussy]](t), []byte(`{}`), &v), "Field", false, "")
}

// shy cannot be the value of an attribute and returns an error that contains its value.
type shy struct{}

func (shy) MarshalJSON() ([]byte, error) { return nil, errors.New(secret) }

func TestEncodeRowRefuses(t *testing.T) {
	t.Parallel()
	fields := schemaOf[one[string]](t).Fields()
	for name, values := range map[string][]any{
		"no values": nil, "too many": {secret, secret}, "of another type": {func() string { return secret }}, "of a type that says it": {shy{}}, "not finite": {math.NaN()},
	} {
		if data, err := EncodeRow(fields, values); err == nil || data != nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %s, %v", name, data, err)
		}
	}
}
