package attr

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"
)

// newStored returns newRich as a store returns it.
func newStored() rich {
	v := newRich()
	v.Time = time.Date(2024, 3, 1, 4, 59, 59, 999_000_000, time.UTC)
	v.Stamp = stamp(time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC))
	seen, _ := time.Parse(time.RFC3339Nano, v.Address.Seen.Format(time.RFC3339Nano)) // in the form that it has inside JSON
	v.Address.Seen = &seen
	v.Skipped = nil
	return v
}

func TestClone(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	once, err := s.Clone(newRich())
	if err != nil {
		t.Fatal(err)
	}
	if want := newStored(); !reflect.DeepEqual(once, want) {
		t.Errorf("got  %+v\nwant %+v", once, want)
	}
	if twice, err := s.Clone(once); err != nil || !reflect.DeepEqual(twice, once) {
		t.Errorf("the clone of a clone is another: %+v, %v", twice, err)
	}
	zero, err := s.Clone(rich{})
	if err != nil || !reflect.DeepEqual(zero, rich{}) {
		t.Errorf("the clone of zero: %+v, %v", zero, err)
	}
}

// scribble changes everything that can be reached from v.
func scribble(v *rich) {
	*v.NilText, *v.NilFlag, *v.NilInt, *v.NilFloat, *v.NilTime = "x", true, -9, -9, time.Time{}.AddDate(5, 0, 0)
	v.Bytes[0], v.Raw[0], (*v.NilBytes)[0] = 'x', 'x', 'x'
	v.Blob = append(v.Blob[:0], 'x') // into the spare capacity, if that is shared
	v.List[0], v.Map["x"][0], v.Map["new"] = "x", -9, nil
	v.Address.Lines[0], *v.Address.Counts["n"], v.Address.Counts["new"] = "x", -9, nil
	*v.Address.Seen = time.Time{}
	v.Address.Any.([]any)[0] = "x"
	v.NilJSON.Street = "x"
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	fresh := func() rich {
		v := newStored()
		v.NilBytes = new([]byte("ab"))
		v.Blob = make([]byte, 1, 8)
		return v
	}
	in := fresh()
	out, err := s.Clone(in)
	if err != nil {
		t.Fatal(err)
	}
	scribble(&in)
	if !reflect.DeepEqual(out, fresh()) {
		t.Errorf("a change of the original shows in the clone: %+v", out)
	}
	in = fresh()
	if out, err = s.Clone(in); err != nil {
		t.Fatal(err)
	}
	scribble(&out)
	if !reflect.DeepEqual(in, fresh()) {
		t.Errorf("a change of the clone shows in the original: %+v", in)
	}
	if reflect.DeepEqual(out, in) {
		t.Error("the test changes nothing")
	}
}

func TestCloneOfBadValueIsZero(t *testing.T) {
	t.Parallel()
	v := newRich()
	v.Depth, v.Float = 7, math.NaN()
	c, err := schemaOf[rich](t).Clone(v)
	wantValueError(t, err, "Float", false, "")
	if !reflect.DeepEqual(c, rich{}) {
		t.Errorf("%+v along with the error", c)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	dst, src := rich{Text: "keep", Skipped: "kept too", List: []string{"old"}}, newRich()
	if err := s.Merge(&dst, src, maskOf[rich](t, "List", "Depth", "NilText", "Time")); err != nil {
		t.Fatal(err)
	}
	want := rich{Text: "keep", Skipped: "kept too", List: []string{"a", ""}, base: base{Depth: 4}, NilText: new("nick"), Time: newStored().Time}
	if !reflect.DeepEqual(dst, want) {
		t.Errorf("got  %+v\nwant %+v", dst, want)
	}
	src.List[0], *src.NilText = "x", "x"
	if !reflect.DeepEqual(dst, want) {
		t.Error("what was merged is shared")
	}
	// The variable that dst pointed to before may be shared: Merge must not write to it.
	nick := dst.NilText
	if err := s.Merge(&dst, rich{NilText: new("other")}, maskOf[rich](t, "NilText")); err != nil || *nick != "nick" || *dst.NilText != "other" {
		t.Errorf("%s and %s, %v", *nick, *dst.NilText, err)
	}
	// Set it to nil, and then to an empty value.
	if err := s.Merge(&dst, rich{}, maskOf[rich](t, "NilText", "List")); err != nil || dst.NilText != nil || dst.List != nil {
		t.Errorf("nil is not merged: %+v, %v", dst, err)
	}
	before := dst
	if err := s.Merge(&dst, newRich(), Mask[rich]{}); err != nil || !reflect.DeepEqual(dst, before) {
		t.Errorf("the zero mask merges: %+v, %v", dst, err)
	}
}

func TestMergeIsAllOrNothing(t *testing.T) {
	t.Parallel()
	type list struct {
		A int
		B []writeOnly
		C []json.RawMessage
	}
	s := schemaOf[list](t)
	for field, src := range map[string]list{
		"B": {A: 2, B: []writeOnly{{1}}},
		"C": {A: 2, C: []json.RawMessage{json.RawMessage("{")}},
	} {
		dst := list{A: 1}
		err := s.Merge(&dst, src, All[list]())
		wantValueError(t, err, field, false, "")
		if !reflect.DeepEqual(dst, list{A: 1}) {
			t.Errorf("half merged: %+v", dst)
		}
	}
}
