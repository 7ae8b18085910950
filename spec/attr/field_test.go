package attr

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestKindString(t *testing.T) {
	t.Parallel()
	want := []string{"string", "bool", "int", "float", "time", "bytes", "json"}
	for i, k := range []Kind{String, Bool, Int, Float, Time, Bytes, JSON} {
		if k.String() != want[i] {
			t.Errorf("%d: %s, want %s", k, k, want[i])
		}
	}
	for _, k := range []Kind{-1, 0, JSON + 1, math.MaxInt} {
		if k.String() != "unknown" {
			t.Errorf("%d: %s", int(k), k)
		}
	}
}

func TestFieldsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	s := schemaOf[base](t)
	s.Fields()[0].Column = "changed"
	s.Select(All[base]())[0].Column = "changed"
	if got := s.Fields()[0].Column; got != "from" {
		t.Errorf("the schema's column is %q", got)
	}
}

func names(fields []Field) []string {
	var list []string
	for _, f := range fields {
		list = append(list, f.Name)
	}
	return list
}

func TestSelect(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	if got := names(s.Select(All[rich]())); !slices.Equal(got, names(s.Fields())) {
		t.Errorf("all: %q", got)
	}
	if got := s.Select(Mask[rich]{}); len(got) != 0 {
		t.Errorf("none: %q", names(got))
	}
	// The order is that of the struct, not that of the names.
	if got := names(s.Select(maskOf[rich](t, "Depth", "Time", "Text"))); !slices.Equal(got, []string{"Text", "Time", "Depth"}) {
		t.Errorf("three: %q", got)
	}
}

func TestNormalTime(t *testing.T) {
	t.Parallel()
	east, west := time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600-1)
	utc := func(y, mo, d, h, mi, s, ms int) time.Time {
		return time.Date(y, time.Month(mo), d, h, mi, s, ms*1_000_000, time.UTC)
	}
	for name, test := range map[string]struct{ in, want time.Time }{
		"cut":               {time.Date(2024, 1, 2, 3, 4, 5, 999_999_999, time.UTC), utc(2024, 1, 2, 3, 4, 5, 999)},
		"just a nanosecond": {time.Date(2024, 1, 2, 3, 4, 5, 1, time.UTC), utc(2024, 1, 2, 3, 4, 5, 0)},
		"before 1970": {
			time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC), utc(1969, 12, 31, 23, 59, 59, 999)},
		"a nanosecond before 1970":      {time.Unix(0, -1), utc(1969, 12, 31, 23, 59, 59, 999)},
		"a millisecond and some before": {time.Unix(0, -1_000_001), utc(1969, 12, 31, 23, 59, 59, 998)},
		"first":                         {time.Time{}, utc(1, 1, 1, 0, 0, 0, 0)},
		"first, a nanosecond later":     {time.Time{}.Add(1), utc(1, 1, 1, 0, 0, 0, 0)},
		"last":                          {time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), utc(9999, 12, 31, 23, 59, 59, 999)},
		"zone":                          {time.Date(2024, 1, 1, 0, 0, 0, 0, east), utc(2023, 12, 31, 10, 0, 0, 0)},
		"year 10000 there, 9999 in UTC": {time.Date(10000, 1, 1, 13, 59, 59, 0, east), utc(9999, 12, 31, 23, 59, 59, 0)},
		"year 0 there, 1 in UTC":        {time.Date(0, 12, 31, 12, 0, 0, 0, west), utc(1, 1, 1, 0, 0, 1, 0)},
	} {
		got, ok := NormalTime(test.in)
		if !ok || got != test.want { // == also compares the zone and a monotonic clock reading
			t.Errorf("%s: %v %t, want %v", name, got, ok, test.want)
		}
		if again, ok := NormalTime(got); !ok || again != got {
			t.Errorf("%s: again: %v %t", name, again, ok)
		}
	}
	for name, in := range map[string]time.Time{
		"year 0":                        time.Date(0, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		"year -1":                       time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		"year 10000":                    time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"year 1 there, 0 in UTC":        time.Date(1, 1, 1, 13, 59, 59, 0, east),
		"year 9999 there, 10000 in UTC": time.Date(9999, 12, 31, 12, 0, 0, 0, west),
		"far past":                      time.Unix(math.MinInt64, 0),
		"far future":                    time.Unix(math.MaxInt64, 999_999_999),
		"most milliseconds":             time.UnixMilli(math.MaxInt64),
	} {
		if got, ok := NormalTime(in); ok || !got.IsZero() {
			t.Errorf("%s: %v %t", name, got, ok)
		}
	}
}

func TestNormalTimeDropsTheMonotonicReading(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if got, _ := NormalTime(now); got != time.UnixMilli(now.UnixMilli()).UTC() {
		t.Errorf("%v of %v", got, now)
	}
}
