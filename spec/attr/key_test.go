package attr

import (
	"math"
	"testing"
	"time"
)

func TestKey(t *testing.T) {
	t.Parallel()
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	for _, test := range []struct {
		value any
		want  string
	}{
		{"", ""}, {"é ", "é "}, {[]byte{0, 0xff}, "\x00\xff"}, {[]byte{}, ""},
		{int64(0), "0"}, {int64(math.MinInt64), "-9223372036854775808"}, {int64(1<<53 + 1), "9007199254740993"},
		{at, "-1"}, {time.Time{}, "-62135596800000"},
	} {
		if got := Key(test.value); got != test.want {
			t.Errorf("%T %v: %q, want %q", test.value, test.value, got, test.want)
		}
	}
}

// Equal values have one key, however the caller wrote them.
func TestKeyOfUnique(t *testing.T) {
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
	if Key(unique) != Key(values[0]) || Key(unique) != "1704063600001" {
		t.Errorf("%q and %q", Key(unique), Key(values[0]))
	}
}
