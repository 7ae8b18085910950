package index_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
	"github.com/tenon-go/tenon/spec/index"
)

func TestUnique(t *testing.T) {
	fields := []attr.Field{
		{Name: "Email", Column: "email", Unique: true},
		{Name: "Name", Column: "name"},
		{Name: "Badge", Column: "badge", Unique: true, Nullable: true},
	}
	email := func(text string) index.Value { return index.Value{Attribute: "Email", Column: "email", Text: text} }
	badge := func(text string) index.Value { return index.Value{Attribute: "Badge", Column: "badge", Text: text} }
	for _, test := range []struct {
		name          string
		before, after []any
		lost, gained  []index.Value
	}{
		{"created", nil, []any{"a", "x", int64(1)}, nil, []index.Value{email("a"), badge("1")}},
		{"created with a null", nil, []any{"a", "x", nil}, nil, []index.Value{email("a")}},
		{"deleted", []any{"a", "x", int64(1)}, nil, []index.Value{email("a"), badge("1")}, nil},
		{"deleted with a null", []any{"a", "x", nil}, nil, []index.Value{email("a")}, nil},
		{"unchanged", []any{"a", "x", int64(1)}, []any{"a", "y", int64(1)}, nil, nil},
		{"changed", []any{"a", "x", int64(1)}, []any{"b", "x", int64(1)}, []index.Value{email("a")}, []index.Value{email("b")}},
		{"to and from null", []any{"a", "x", nil}, []any{"a", "x", int64(1)}, nil, []index.Value{badge("1")}},
		{"to null", []any{"a", "x", int64(1)}, []any{"a", "x", nil}, []index.Value{badge("1")}, nil},
		{"both null", []any{"a", "x", nil}, []any{"a", "y", nil}, nil, nil},
		{"empty is a value", []any{"", "x", nil}, []any{"a", "x", nil}, []index.Value{email("")}, []index.Value{email("a")}},
	} {
		lost, gained := index.Unique(fields, test.before, test.after)
		if !reflect.DeepEqual(lost, test.lost) || !reflect.DeepEqual(gained, test.gained) {
			t.Errorf("%s: lost %v and gained %v, want %v and %v", test.name, lost, gained, test.lost, test.gained)
		}
	}
}

func TestTime(t *testing.T) {
	east := time.FixedZone("east", 14*60*60)
	noon := time.Date(2024, 5, 17, 12, 34, 56, 789e6, time.UTC)
	times := []time.Time{
		{},
		time.Time{}.Add(time.Millisecond),
		time.Date(999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.UTC),
		time.UnixMilli(0),
		noon.Add(-time.Millisecond).In(east),
		noon,
		noon.Add(time.Millisecond).In(east),
		noon.Add(11 * time.Millisecond),
		time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	}
	var texts []string
	for _, at := range times {
		texts = append(texts, index.Time(at))
	}
	if !slices.IsSorted(texts) || len(slices.Compact(slices.Clone(texts))) != len(times) {
		t.Errorf("the texts are not in the order of the times, each once: %q", texts)
	}
	for _, text := range texts {
		if len(text) != len(texts[0]) {
			t.Errorf("%q is not as long as %q", text, texts[0])
		}
	}
	if got := index.Time(noon.Add(999 * time.Microsecond).In(east)); got != index.Time(noon) {
		t.Errorf("within the millisecond after noon: %s, want %s", got, index.Time(noon))
	}
}
