package attr

import (
	"math"
	"reflect"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	t.Parallel()
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	for _, test := range []struct {
		value any
		want  string
	}{
		{"", ""}, {"é ", "é "}, {[]byte{0, 0xff}, "\x00\xff"}, {[]byte{}, ""},
		{int64(0), "0"}, {int64(math.MinInt64), "-9223372036854775808"}, {int64(1<<53 + 1), "9007199254740993"},
		{false, "0"}, {true, "1"}, {0.1, "0.1"}, {math.MaxFloat64, "1.7976931348623157e+308"}, {nil, ""},
		{at, "-1"}, {time.Time{}, "-62135596800000"},
	} {
		if got := Text(test.value); got != test.want {
			t.Errorf("%T %v: %q, want %q", test.value, test.value, got, test.want)
		}
	}
}

// Equal values have the same text, however the caller wrote them.
func TestTextOfUnique(t *testing.T) {
	t.Parallel()
	type keyed struct {
		At time.Time `db:",unique"`
	}
	s := schemaOf[keyed](t)
	at := time.Date(2024, 1, 1, 0, 0, 0, 1_999_999, time.FixedZone("", 3600))
	_, unique, ok, err := s.Unique("At", at)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	values, err := s.Values(keyed{at.UTC().Truncate(time.Millisecond)}, All[keyed]())
	if err != nil {
		t.Fatal(err)
	}
	if Text(unique) != Text(values[0]) || Text(unique) != "1704063600001" {
		t.Errorf("%q and %q", Text(unique), Text(values[0]))
	}
}

// Set accepts the texts of Text.
func TestTextBack(t *testing.T) {
	t.Parallel()
	type all struct {
		S  string
		B  bool
		I  int64
		U  uint32
		F  float64
		T  time.Time
		By []byte
		J  []string
	}
	s := schemaOf[all](t)
	for _, want := range []all{
		{By: []byte{}},
		{"é\n", true, math.MinInt64, math.MaxUint32, math.SmallestNonzeroFloat64, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), []byte{0, 0xff}, []string{"<a>"}},
		{"1", false, math.MaxInt64, 1, -math.MaxFloat64, time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC), []byte("x"), []string{}},
		{F: 1 << 53, T: time.UnixMilli(-1).UTC(), By: []byte{}},
	} {
		values, err := s.Values(want, All[all]())
		if err != nil {
			t.Fatal(err)
		}
		var got all
		for i, p := range s.Pointers(&got) {
			if err := Set(p, Text(values[i])); err != nil {
				t.Fatal(err)
			}
		}
		if want.T.IsZero() {
			got.T = got.T.UTC()
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}
