package attr

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEncodeForm(t *testing.T) {
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
	got, err := schemaOf[row](t).Encode(v)
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
	data, err := s.Encode(v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var back T
	if err := s.Decode(data, &back); err != nil {
		t.Errorf("%s: %s: %v", name, data, err)
	} else if !reflect.DeepEqual(back, want) {
		t.Errorf("%s: %s:\ngot  %+v\nwant %+v", name, data, back, want)
	}
}

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	roundTrip(t, "full", newRich(), stored())
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

func TestDecodeOtherColumns(t *testing.T) {
	t.Parallel()
	type row struct {
		A int
		B *string
		C []byte
	}
	s := schemaOf[row](t)
	v := row{1, new("old"), []byte("old")}
	if err := s.Decode([]byte(` {"a": 5, "later": [{}], "A": 6} `), &v); err != nil {
		t.Fatal(err)
	}
	if want := (row{A: 5}); !reflect.DeepEqual(v, want) {
		t.Errorf("%+v, want %+v: a missing column leaves zero", v, want)
	}
	if err := s.Decode([]byte(`{}`), &v); err != nil || !reflect.DeepEqual(v, row{}) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestDecodeGarbage(t *testing.T) {
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
		v := newRich()
		err := s.Decode([]byte(data), &v)
		if err == nil {
			t.Errorf("%s: no error", data)
			continue
		}
		if !reflect.DeepEqual(v, newRich()) {
			t.Errorf("%s: error, and the value has changed", data)
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "77") {
			t.Errorf("%s: error %q holds the value", data, err)
		}
		if json.Valid([]byte(data)) && len(data) > 2 && data[0] == '{' && !strings.Contains(err.Error(), "attribute ") {
			t.Errorf("%s: error %q does not name the attribute", data, err)
		}
	}
}
