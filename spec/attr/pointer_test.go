package attr

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The tables in destination_test.go test drivers' values for each kind. They also set
// attributes by their pointers.

// pointsTo checks that the pointer of an attribute of type F is a P, and that setting it
// sets the attribute.
func pointsTo[F, P any](t *testing.T, src any, want F) {
	t.Helper()
	v := one[F]{}
	s := schemaOf[one[F]](t)
	pointers := s.Pointers(&v)
	if len(pointers) != 1 {
		t.Fatalf("%d pointers", len(pointers))
	}
	if _, ok := pointers[0].(P); !ok {
		t.Errorf("an attribute of type %s has a %T, want a %s", reflect.TypeFor[F](), pointers[0], reflect.TypeFor[P]())
	}
	if err := Set(pointers[0], src); err != nil || !reflect.DeepEqual(v.Field, want) {
		t.Errorf("an attribute of type %s is %v, %v, want %v", reflect.TypeFor[F](), v.Field, err, want)
	}
}

func TestPointers(t *testing.T) {
	t.Parallel()
	noon := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

	pointsTo[string, *string](t, "a", "a")
	pointsTo[role, *string](t, "a", "a")
	pointsTo[*string, **string](t, "a", new("a"))
	pointsTo[*role, *Destination](t, "a", new(role("a")))

	pointsTo[bool, *bool](t, true, true)
	pointsTo[flag, *bool](t, true, true)
	pointsTo[*bool, **bool](t, true, new(true))
	pointsTo[*flag, *Destination](t, true, new(flag(true)))

	pointsTo[int64, *int64](t, int64(1), 1)
	pointsTo[int, *int](t, int64(1), 1)
	pointsTo[time.Duration, *int64](t, int64(1), 1)
	pointsTo[*int64, **int64](t, int64(1), new(int64(1)))
	pointsTo[*int, **int](t, int64(1), new(1))
	pointsTo[int8, *Destination](t, int64(1), 1)
	pointsTo[int16, *Destination](t, int64(1), 1)
	pointsTo[int32, *Destination](t, int64(1), 1)
	pointsTo[uint8, *Destination](t, int64(1), 1)
	pointsTo[uint16, *Destination](t, int64(1), 1)
	pointsTo[uint32, *Destination](t, int64(1), 1)
	pointsTo[level, *Destination](t, int64(1), 1)
	pointsTo[*int8, *Destination](t, int64(1), new(int8(1)))

	pointsTo[float64, *float64](t, 0.5, 0.5)
	pointsTo[ratio, *float64](t, 0.5, 0.5)
	pointsTo[*float64, **float64](t, 0.5, new(0.5))

	pointsTo[time.Time, *time.Time](t, noon, noon)
	pointsTo[stamp, *time.Time](t, noon, stamp(noon))
	pointsTo[*time.Time, **time.Time](t, noon, &noon)
	pointsTo[*stamp, *Destination](t, noon, new(stamp(noon)))

	pointsTo[[]byte, *[]byte](t, []byte("a"), []byte("a"))
	pointsTo[blob, *[]byte](t, []byte("a"), blob("a"))
	pointsTo[*[]byte, *Destination](t, []byte("a"), new([]byte("a")))

	pointsTo[[]string, *Destination](t, `["a"]`, []string{"a"})
	pointsTo[map[string]int, *Destination](t, `{"a":1}`, map[string]int{"a": 1})
	pointsTo[address, *Destination](t, `{"Street":"a"}`, address{Street: "a"})
	pointsTo[*address, *Destination](t, `{"Street":"a"}`, &address{Street: "a"})
}

// The pointers are in the order of the columns. A row that is set again keeps none of its
// former values.
func TestSetAll(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	var v rich
	pointers := s.Pointers(&v)
	for name, want := range map[string]rich{"full": newStored(), "zero": {}, "full again": newStored()} {
		values, err := s.Values(want, All[rich]())
		if err != nil {
			t.Fatal(err)
		}
		if err := SetAll(pointers, values); err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", name, err, v, want)
		}
		wantNothingShared(t, v, values)
	}
}

// New pointers accept the same values as those of a struct and point to new variables.
func TestNewPointers(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	v := newStored()
	values, err := s.Values(v, All[rich]())
	if err != nil {
		t.Fatal(err)
	}
	first, second := NewPointers(s.Fields()), NewPointers(s.Fields())
	var nulls []any
	for i, p := range s.Pointers(&v) {
		if reflect.TypeOf(first[i]) != reflect.TypeOf(p) {
			t.Errorf("%s has a %T, want a %T", s.fields[i].Name, first[i], p)
		}
		nulls = append(nulls, nil)
		if !s.fields[i].Nullable {
			nulls[i] = values[i]
		}
	}
	if err := errors.Join(SetAll(first, values), SetAll(second, nulls)); err != nil {
		t.Fatal(err)
	}
	for i, f := range s.fields {
		read := func(pointers []any) any {
			if d, ok := pointers[i].(*Destination); ok {
				return d.into.Interface()
			}
			return reflect.ValueOf(pointers[i]).Elem().Interface()
		}
		want := reflect.ValueOf(v).FieldByIndex(f.index)
		if got := read(first); !reflect.DeepEqual(reflect.ValueOf(got).Convert(want.Type()).Interface(), want.Interface()) {
			t.Errorf("%s is %v, want %v", f.Name, got, want)
		}
		if got := reflect.ValueOf(read(second)); f.Nullable && !got.IsZero() {
			t.Errorf("%s is %v, want null", f.Name, got)
		}
	}
}

func TestSetAllRefuses(t *testing.T) {
	t.Parallel()
	type row struct {
		A string
		B int8
		C *time.Time
	}
	var v row
	pointers := schemaOf[row](t).Pointers(&v)
	for _, test := range []struct {
		values []any
		text   string
	}{
		{nil, "0 stored values for 3 attributes"},
		{[]any{"a", int64(1)}, "2 stored values for 3 attributes"},
		{[]any{"a", int64(1), nil, secret}, "4 stored values for 3 attributes"},
		{[]any{nil, int64(1), nil}, "attribute 0: the stored value (null) does not fit string"},
		{[]any{"a", int64(777), nil}, "attribute B: the stored value (int64) does not fit int8"},
		{[]any{"a", secret, nil}, "attribute B: the stored value (string) does not fit int8"},
		{[]any{"a", int64(1), secret}, "attribute 2: the stored value (string) does not fit *time.Time"},
		{[]any{"a", int64(1), int64(math.MaxInt64)}, "attribute 2: the stored value (int64) does not fit *time.Time"},
	} {
		if err := SetAll(pointers, test.values); err == nil || err.Error() != test.text {
			t.Errorf("got %v, want %q", err, test.text)
		}
	}
}

// An attribute's own Set names it once, whatever its pointer is.
func TestFieldSet(t *testing.T) {
	t.Parallel()
	type row struct {
		A string
		B int8
	}
	var v row
	schema := schemaOf[row](t)
	fields, pointers := schema.Fields(), schema.Pointers(&v)
	for i, want := range []string{"attribute A: the stored value (bool) does not fit string", "attribute B: the stored value (string) does not fit int8"} {
		if err := fields[i].Set(pointers[i], []any{true, secret}[i]); err == nil || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
		if err := fields[i].Set(pointers[i], []any{"a", int64(1)}[i]); err != nil {
			t.Error(err)
		}
	}
	if v != (row{"a", 1}) {
		t.Errorf("got %+v", v)
	}
}

// A pointer that Pointers does not return is an error.
func TestSetOfOtherPointers(t *testing.T) {
	t.Parallel()
	for _, pointer := range []any{new(int8), new(role), new(map[string]int), new(any), new(new(time.Duration))} {
		for _, src := range []any{nil, "a", int64(1)} {
			had := fmt.Sprint(reflect.ValueOf(pointer).Elem())
			if err := Set(pointer, src); err == nil || fmt.Sprint(reflect.ValueOf(pointer).Elem()) != had {
				t.Errorf("%T from %T: %v", pointer, src, err)
			}
		}
	}
}

// The variable that a nullable attribute points to may be shared, so it is set to a new
// variable each time.
func TestSetReplacesWhatIsPointedTo(t *testing.T) {
	t.Parallel()
	type nulls struct {
		Text  *string
		Flag  *bool
		Int   *int
		I64   *int64
		Float *float64
		Time  *time.Time
		Bytes []byte
	}
	sources := func(n int) []any {
		return []any{fmt.Sprint(n), n%2 == 0, int64(n), int64(n), float64(n), time.UnixMilli(int64(n)), fmt.Appendf(nil, "%d", n)}
	}
	want := func(n int) nulls {
		i := int64(n)
		return nulls{new(fmt.Sprint(n)), new(n%2 == 0), &n, &i, new(float64(n)), new(time.UnixMilli(i).UTC()), fmt.Appendf(nil, "%d", n)}
	}
	var v nulls
	pointers := schemaOf[nulls](t).Pointers(&v)
	if err := SetAll(pointers, sources(1)); err != nil {
		t.Fatal(err)
	}
	first := v
	if err := SetAll(pointers, sources(2)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, want(1)) || !reflect.DeepEqual(v, want(2)) {
		t.Errorf("first %+v, then %+v", first, v)
	}
	wantNothingShared(t, first, v)
	if err := SetAll(pointers, make([]any, len(pointers))); err != nil || !reflect.DeepEqual(v, nulls{}) {
		t.Errorf("after nulls %+v, %v", v, err)
	}
}

// Drivers reuse their buffers.
func TestSetSharesNothing(t *testing.T) {
	t.Parallel()
	type all struct {
		Text  string
		Null  *string
		Bytes []byte
		Blob  blob
	}
	var v all
	buffer := []byte("abc")
	if err := SetAll(schemaOf[all](t).Pointers(&v), []any{buffer, buffer, buffer, buffer}); err != nil {
		t.Fatal(err)
	}
	copy(buffer, "xxx")
	if v.Text != "abc" || *v.Null != "abc" || string(v.Bytes) != "abc" || string(v.Blob) != "abc" {
		t.Errorf("%+v", v)
	}
}

func TestNormalTimes(t *testing.T) {
	t.Parallel()
	type row struct {
		Name string
		At   time.Time
		Null *time.Time
		Mark stamp
	}
	zone := time.FixedZone("", 5*3600+45*60)
	at := time.Date(1969, 12, 31, 23, 59, 59, 998_999_999, time.UTC)
	cut := time.Date(1969, 12, 31, 23, 59, 59, 998_000_000, time.UTC)
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	early, late := first.Add(-1), last.Add(1)
	for _, test := range []struct {
		name string
		set  row
		want *row // nil for a time that no store can hold
	}{
		{"zero", row{}, &row{}},
		{"another zone", row{"a", at.In(zone), new(at.In(zone)), stamp(at.In(zone))}, &row{"a", cut, &cut, stamp(cut)}},
		{"no milliseconds", row{"b", at, new(at), stamp(at)}, &row{"b", cut, &cut, stamp(cut)}},
		{"null", row{At: cut, Mark: stamp(cut)}, &row{At: cut, Mark: stamp(cut)}},
		{"the first", row{At: first.In(zone), Null: new(first.In(zone))}, &row{At: first, Null: &first}},
		{"the last", row{At: last.In(zone), Null: new(last)}, &row{At: last.Truncate(time.Millisecond), Null: new(last.Truncate(time.Millisecond))}},
		{"too early", row{At: early}, nil},
		{"too late", row{At: late}, nil},
		{"null too early", row{Null: &early}, nil},
		{"null too late", row{Null: &late}, nil},
		{"named too late", row{Mark: stamp(late)}, nil},
	} {
		v := test.set
		ok := NormalTimes(schemaOf[row](t).Pointers(&v))
		if ok != (test.want != nil) || ok && !reflect.DeepEqual(&v, test.want) {
			t.Errorf("%s: %+v, %t, want %+v", test.name, v, ok, test.want)
		}
	}
}

// A store may keep the pointer that it has set, so the variable behind it is not written to.
func TestNormalTimesReplacesWhatIsPointedTo(t *testing.T) {
	t.Parallel()
	theirs := time.Date(2024, 5, 17, 12, 0, 0, 1, time.FixedZone("", 3600))
	had := theirs
	v := one[*time.Time]{&theirs}
	if !NormalTimes(schemaOf[one[*time.Time]](t).Pointers(&v)) || v.Field == &theirs || theirs != had {
		t.Errorf("theirs was %v and is %v", had, theirs)
	}
}

// Other attributes than times do not change.
func TestNormalTimesOfOthers(t *testing.T) {
	t.Parallel()
	v := newRich()
	v.Time, v.Stamp, v.NilTime = time.Time{}, stamp{}, nil
	want := v
	if !NormalTimes(schemaOf[rich](t).Pointers(&v)) || !reflect.DeepEqual(v, want) {
		t.Errorf("got  %+v\nwant %+v", v, want)
	}
}

func TestPointersOfNoAttributes(t *testing.T) {
	t.Parallel()
	var v struct{}
	pointers := schemaOf[struct{}](t).Pointers(&v)
	if len(pointers) != 0 || SetAll(pointers, nil) != nil || !NormalTimes(pointers) {
		t.Errorf("pointers %v", pointers)
	}
	if err := SetAll(pointers, []any{secret}); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a value too many: %v", err)
	}
}
