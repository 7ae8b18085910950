package attr

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Every attribute is restored from its stored value, and its former value is gone.
func TestDestinationsTakeValues(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	for name, want := range map[string]rich{"full": newStored(), "zero": {}} {
		values, err := s.Values(want, All[rich]())
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []rich{{}, newRich()} {
			got.Skipped = nil
			for i, d := range s.Destinations(&got) {
				if err := d.Scan(values[i]); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
			}
		}
	}
}

// ways returns the ways to set the only attribute of v to a driver's value: by its
// destination, and by its pointer, which for most attributes has another type.
func ways[F any](t *testing.T) map[string]func(v *one[F], src any) error {
	s := schemaOf[one[F]](t)
	return map[string]func(*one[F], any) error{
		"Scan": func(v *one[F], src any) error { return s.Destinations(v)[0].Scan(src) },
		"Set":  func(v *one[F], src any) error { return Set(s.Pointers(v)[0], src) },
	}
}

// wantTakes checks that src sets an attribute of type F to want.
func wantTakes[F any](t *testing.T, src any, want F) {
	t.Helper()
	for way, set := range ways[F](t) {
		var v one[F]
		if err := set(&v, src); err != nil {
			t.Errorf("%s %T %v: %v", way, src, src, err)
		} else if !reflect.DeepEqual(v.Field, want) {
			t.Errorf("%s %T %v: %#v, want %#v", way, src, src, v.Field, want)
		}
	}
}

// wantRefuses checks that an attribute of type F refuses all sources and keeps its value.
// The error must name the types and, if it is known, the field, but not contain the
// value.
func wantRefuses[F any](t *testing.T, had F, sources ...any) {
	t.Helper()
	for way, set := range ways[F](t) {
		for _, src := range sources {
			v := one[F]{had}
			err := set(&v, src)
			if err == nil {
				t.Errorf("%s %T %v into %T: %#v, want an error", way, src, src, had, v.Field)
				continue
			}
			if !reflect.DeepEqual(v.Field, had) {
				t.Errorf("%s %T %v into %T: error, and %#v", way, src, src, had, v.Field)
			}
			what := "null"
			if src != nil {
				what = fmt.Sprintf("%T", src)
			}
			if !strings.Contains(err.Error(), "the stored value ("+what+") does not fit ") {
				t.Errorf("%s: error %q does not say the type %s", way, err, what)
			}
			if way == "Scan" && (!strings.Contains(err.Error(), "Field") || !strings.HasSuffix(err.Error(), fmt.Sprintf(" %T", had))) {
				t.Errorf("error %q does not say field and type", err)
			}
			for _, secret := range []string{secret, "77", "0x"} {
				if strings.Contains(fmt.Sprint(src), secret) && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: error %q holds the value", way, err)
				}
			}
		}
	}
}

func TestScanStrings(t *testing.T) {
	t.Parallel()
	wantTakes(t, "é ", "é ")
	wantTakes(t, []byte("é "), "é ")
	wantTakes(t, []byte{}, "")
	wantTakes(t, []byte(nil), "")
	wantTakes(t, "admin", role("admin"))
	wantTakes(t, []byte("n"), new("n"))
	wantTakes(t, "", new(""))
	wantTakes(t, nil, (*string)(nil))
	wantTakes(t, nil, (*role)(nil))
	wantRefuses(t, new("had"), 77, 7.7, true, time.Now(), []string{secret})
	wantRefuses(t, "had", nil, 77, int64(77), 7.7, true, time.Now(), []string{secret}, map[string]any{secret: 1}, json.Number("77"))
}

func TestScanBools(t *testing.T) {
	t.Parallel()
	for _, src := range []any{true, int64(1), int32(1), int8(1), uint64(1), 1, 1.0, "1", []byte("1"), json.Number("1")} {
		wantTakes(t, src, true)
		wantTakes(t, src, flag(true))
		wantTakes(t, src, new(true))
	}
	for _, src := range []any{false, int64(0), 0.0, "0", []byte("0")} {
		wantTakes(t, src, false)
		wantTakes(t, src, new(false))
	}
	wantTakes(t, nil, (*bool)(nil))
	for _, src := range []any{int8(1), int16(1), int32(1), uint8(1), uint16(1), uint32(1), uint(1), float32(1)} {
		wantTakes(t, src, true)
	}
	wantRefuses(t, true, nil, int64(2), int64(-1), int64(256), 0.5, math.NaN(), "", "77", "true", secret, []byte{1}, []byte(nil), time.Now())
	wantRefuses(t, false, int64(77))
	wantRefuses(t, new(true), int64(2), 0.5, secret, []byte{1}, time.Now())
}

func TestScanInts(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 1, -1, 1<<53 + 1, -(1<<53 + 1), math.MaxInt64, math.MinInt64} {
		text := fmt.Sprint(n)
		for _, src := range []any{n, text, []byte(text), json.Number(text)} {
			wantTakes(t, src, n)
			wantTakes(t, src, int(n))
			wantTakes(t, src, &n)
		}
	}
	wantTakes(t, uint64(math.MaxInt64), int64(math.MaxInt64))
	for _, src := range []any{int8(-5), int16(-5), int32(-5), -5, float32(-5), -5.0} {
		wantTakes(t, src, int64(-5))
		wantTakes(t, src, -5)
		wantTakes(t, src, new(int64(-5)))
		wantTakes(t, src, new(-5))
		wantTakes(t, src, level(-5))
		wantTakes(t, src, -5.0)
	}
	for _, src := range []any{uint8(7), uint16(7), uint32(7), uint64(7), uint(7)} {
		wantTakes(t, src, int64(7))
		wantTakes(t, src, 7)
		wantTakes(t, src, new(7))
		wantTakes(t, src, uint8(7))
		wantTakes(t, src, 7.0)
	}
	wantTakes(t, true, int64(1))
	wantTakes(t, false, int64(0))
	wantTakes(t, float32(3), int64(3))
	wantTakes(t, float64(1<<53), int64(1<<53))
	wantTakes(t, -float64(1<<63), int64(math.MinInt64))
	wantTakes(t, nil, (*int64)(nil))
	wantTakes(t, nil, (*int)(nil))
	wantTakes(t, nil, (*int8)(nil))
	wantRefuses(t, int64(5), nil, uint64(math.MaxInt64)+1, uint64(math.MaxUint64), float64(1<<63), -float64(1<<63)*1.1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1),
		"", " 77", "77 ", "77.0", "7e7", "0x77", "1_77", secret, "9223372036854775808", "-9223372036854775809", []byte(nil), []byte(secret), time.Unix(77, 0),
		json.Number("7.7"))
	wantRefuses(t, 5, nil, uint64(math.MaxUint64), 0.5, "", secret, time.Unix(77, 0))
	wantRefuses(t, new(int64(5)), uint64(math.MaxUint64), 0.5, "", secret, time.Unix(77, 0))
	wantRefuses(t, new(5), uint64(math.MaxUint64), 0.5, "", secret, time.Unix(77, 0))

	wantTakes(t, int64(127), int8(127))
	wantTakes(t, int64(-128), level(-128))
	wantRefuses(t, int8(5), int64(128), int64(-129), int64(256), int64(math.MaxInt64), "177")
	wantRefuses(t, level(5), int64(128), int64(-129))
	wantRefuses(t, new(int8(5)), int64(128))
	wantTakes(t, int64(-32768), int16(-32768))
	wantRefuses(t, int16(5), int64(32768), int64(-32769))
	wantTakes(t, int64(math.MinInt32), int32(math.MinInt32))
	wantRefuses(t, int32(5), int64(1<<31), int64(-1<<31-1))
	wantTakes(t, int64(255), uint8(255))
	wantRefuses(t, uint8(5), int64(256), int64(-1))
	wantTakes(t, int64(65535), uint16(65535))
	wantRefuses(t, uint16(5), int64(65536), int64(-1))
	wantTakes(t, int64(math.MaxUint32), uint32(math.MaxUint32))
	wantTakes(t, "4294967295", uint32(math.MaxUint32))
	wantRefuses(t, uint32(5), int64(1<<32), int64(-1), int64(math.MinInt64), int64(math.MaxInt64), "4294967296", uint64(1<<32))
}

func TestScanFloats(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{0, 0.1, -1.5, 1e300, math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53} {
		text := fmt.Sprint(x)
		for _, src := range []any{x, text, []byte(text), json.Number(text)} {
			wantTakes(t, src, x)
			wantTakes(t, src, ratio(x))
			wantTakes(t, src, &x)
		}
	}
	wantTakes(t, float32(0.5), 0.5)
	wantTakes(t, int64(1<<53), float64(1<<53))
	wantTakes(t, int64(-3), -3.0)
	wantTakes(t, int64(math.MinInt64), -float64(1<<63))
	wantTakes(t, uint32(7), 7.0)
	wantTakes(t, true, 1.0)
	wantTakes(t, "12.50", 12.5)
	wantTakes(t, nil, (*float64)(nil))
	wantRefuses(t, 0.5, nil, math.NaN(), math.Inf(1), math.Inf(-1), float32(math.Inf(1)), int64(1<<53+1), int64(math.MaxInt64), uint64(math.MaxUint64),
		"", "NaN", "Inf", "-inf", "infinity", "1e77777", secret, []byte(secret), []byte(nil), time.Unix(77, 0))
	wantRefuses(t, new(0.5), math.NaN(), int64(1<<53+1), "", secret, time.Unix(77, 0))
}

func TestScanTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(1969, 12, 31, 23, 59, 59, 998_000_000, time.UTC)
	for _, src := range []any{
		at, at.Add(999_999), at.In(time.FixedZone("", 14*3600)), at.In(time.FixedZone("", -12*3600-34*60-56)), at.Local(),
		int64(-2), int32(-2), -2, "-2", []byte("-2"), json.Number("-2"), -2.0,
	} {
		wantTakes(t, src, at)
		wantTakes(t, src, stamp(at))
		wantTakes(t, src, &at)
	}
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	wantTakes(t, first.UnixMilli(), first)
	wantTakes(t, last.UnixMilli(), last)
	wantTakes(t, last.Add(999_999).In(time.FixedZone("", 3600)), last) // the year 10000 there
	wantTakes(t, nil, (*time.Time)(nil))
	wantRefuses(t, at, nil, first.UnixMilli()-1, last.UnixMilli()+1, int64(math.MinInt64), int64(math.MaxInt64), first.Add(-1), last.Add(time.Millisecond),
		uint64(math.MaxUint64), math.NaN(), 0.5, "", "2024-01-01", "1977-07-07T07:07:07Z", secret, []byte(nil))
	wantRefuses(t, &at, first.Add(-1), last.Add(time.Millisecond), int64(math.MaxInt64), 0.5, "", secret)
}

func TestScanBytes(t *testing.T) {
	t.Parallel()
	wantTakes(t, []byte{0, 0xff}, []byte{0, 0xff})
	wantTakes(t, "a\xff", []byte("a\xff"))
	wantTakes(t, []byte{}, []byte{})
	wantTakes(t, []byte(nil), []byte{}) // SQLite's empty blob; null would be an untyped nil
	wantTakes(t, "", []byte{})
	wantTakes(t, nil, []byte(nil))
	wantTakes(t, "x", blob("x"))
	wantTakes(t, []byte("{"), json.RawMessage("{"))
	wantTakes(t, []byte("x"), new([]byte("x")))
	wantTakes(t, []byte{}, &[]byte{})
	wantTakes(t, nil, (*[]byte)(nil))
	wantRefuses(t, []byte("had"), 77, int64(77), 7.7, true, time.Now(), []string{secret})
}

func TestScanJSON(t *testing.T) {
	t.Parallel()
	for _, src := range []any{`["a",""]`, []byte(`["a",""]`), ` [ "a" , "" ] `} {
		wantTakes(t, src, []string{"a", ""})
		wantTakes(t, src, &[]string{"a", ""})
	}
	wantTakes(t, "null", []string(nil))
	wantTakes(t, "[]", []string{})
	wantTakes(t, "{}", map[string]int{})
	wantTakes(t, "[9007199254740993]", []int64{1<<53 + 1})
	wantTakes(t, nil, (*[]string)(nil))
	wantTakes(t, `"192.0.2.1"`, netip.MustParseAddr("192.0.2.1"))
	wantRefuses(t, []string{"had"}, nil, "", "[", `["a"`, `["a"]]`, `{"a":1}`, `"`+secret+`"`, secret, "77", []byte(nil), []byte(secret), 77, true, time.Now())
	wantRefuses(t, map[string]int8{"had": 1}, `{"a":177}`, `{"a":"77"}`, `{"a":7.7}`, `[]`)
	wantRefuses(t, &address{Street: "had"}, `{"Street":77}`, `[]`)
}

// A JSON value replaces the former value and is not merged into it.
func TestScanJSONReplaces(t *testing.T) {
	t.Parallel()
	type maps struct {
		Map    map[string]int
		Struct address
	}
	had := map[string]int{"old": 1}
	v := maps{had, address{Street: "old", Lines: []string{"old"}}}
	d := schemaOf[maps](t).Destinations(&v)
	if err := d[0].Scan(`{"new":2}`); err != nil {
		t.Fatal(err)
	}
	if err := d[1].Scan(`{"Street":"new"}`); err != nil {
		t.Fatal(err)
	}
	if want := (maps{map[string]int{"new": 2}, address{Street: "new"}}); !reflect.DeepEqual(v, want) {
		t.Errorf("%+v, want %+v", v, want)
	}
	if len(had) != 1 {
		t.Errorf("the map that was there has changed: %v", had)
	}
}

// The variable that an attribute points to may be shared, so it is replaced and not
// written to.
func TestScanReplacesWhatIsPointedTo(t *testing.T) {
	t.Parallel()
	v := newRich()
	old := v
	*old.NilBytes = []byte("ab")
	want := newRich()
	*want.NilBytes = []byte("ab")
	values := map[Kind]any{String: "x", Bool: true, Int: int64(9), Float: 9.0, Time: int64(9), Bytes: []byte("x"), JSON: "null"}
	s := schemaOf[rich](t)
	for i, d := range s.Destinations(&v) {
		if err := d.Scan(values[s.fields[i].Kind]); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(old, want) {
		t.Errorf("what was there has changed:\n%+v\nwas\n%+v", old, want)
	}
	wantNothingShared(t, v, old)
}

// Drivers reuse their buffers.
func TestScanSharesNothing(t *testing.T) {
	t.Parallel()
	type all struct {
		Text  string
		Bytes []byte
		Null  *[]byte
		JSON  []json.RawMessage
	}
	var v all
	buffer := []byte(`["abc"]`)
	for _, d := range schemaOf[all](t).Destinations(&v) {
		if err := d.Scan(buffer); err != nil {
			t.Fatal(err)
		}
	}
	copy(buffer, "xxxxxxx")
	const want = `["abc"]`
	if v.Text != want || string(v.Bytes) != want || string(*v.Null) != want || string(v.JSON[0]) != `"abc"` {
		t.Errorf("%+v", v)
	}
}
