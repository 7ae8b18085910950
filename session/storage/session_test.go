package storage_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

type item struct {
	Name   string
	Amount int64
	Added  time.Time
}

// pass commits a session and returns it as the next request loads it.
func (f fixture) pass(t *testing.T, s *storage.Session) *storage.Session {
	t.Helper()
	cookie, err := f.commitTo(s)
	check(t, err)
	return f.load(t, cookie)
}

// roundTrip checks that the next request reads a value unchanged.
func roundTrip[T any](t *testing.T, f fixture, value T) {
	t.Helper()
	s := f.New()
	check(t, s.Set("value", value))
	got, err := storage.Value[T](f.pass(t, s), "value")
	if err != nil || !reflect.DeepEqual(got, value) {
		t.Errorf("%T: %v %v, want %v", value, got, err, value)
	}
}

func TestValueReadsWhatSetWrote(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		roundTrip(t, f, "é€😀 \"<>&' \u2028 �")
		roundTrip(t, f, "")
		roundTrip(t, f, true)
		roundTrip(t, f, int64(1<<53+1))
		roundTrip(t, f, int64(math.MinInt64))
		roundTrip(t, f, uint64(math.MaxUint64))
		roundTrip(t, f, 0.1)
		roundTrip(t, f, []byte{0, 255})
		roundTrip(t, f, time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC))
		roundTrip(t, f, []string{})
		roundTrip(t, f, []string(nil))
		roundTrip(t, f, map[string][]int{"a": {1, 2}, "": nil})
		roundTrip(t, f, []item{{"apple", 1<<53 + 1, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}})
		roundTrip(t, f, &item{Name: "apple"})
		roundTrip(t, f, (*item)(nil))
	})
}

func TestGetReadsAnyJSON(t *testing.T) {
	t.Parallel()
	s := newFixture(t, "memory", nil).New()
	for _, test := range []struct{ value, want any }{
		{"x", "x"},
		{7, 7.0},
		{false, false},
		{nil, nil},
		{[]int{1}, []any{1.0}},
		{item{Name: "apple"}, map[string]any{"Name": "apple", "Amount": 0.0, "Added": "0001-01-01T00:00:00Z"}},
	} {
		check(t, s.Set("value", test.value))
		if got := s.Get("value"); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v: %v, want %v", test.value, got, test.want)
		}
		if !s.Has("value") {
			t.Errorf("%v: is not there", test.value)
		}
	}
}

func TestValueOfAnotherType(t *testing.T) {
	t.Parallel()
	s := newFixture(t, "memory", nil).New()
	check(t, s.Set("cart", "7 apples for Ann"))
	check(t, s.Flash("message", map[string]any{"Name": "Ann", "Amount": "many"}))
	number, err := storage.Value[int](s, "cart")
	if number != 0 || err == nil || err.Error() != `storage: the value of "cart" is not a int` {
		t.Errorf("%d %v", number, err)
	}
	partly, err := storage.Value[item](s, "message")
	if partly != (item{}) || err == nil || strings.Contains(err.Error(), "Ann") {
		t.Errorf("%v %v", partly, err)
	}
	if !s.Has("message") {
		t.Error("a flash value that could not be read is gone")
	}
	none, err := storage.Value[int](s, "none")
	if none != 0 || err != nil {
		t.Errorf("no value: %d %v", none, err)
	}
}

// Later changes of a value that was set are not stored.
func TestValuesAreTheCallersOwn(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		cart := []string{"apple"}
		s := f.New()
		check(t, s.Set("cart", cart))
		cart[0] = "pear"
		read, err := storage.Value[[]string](s, "cart")
		check(t, err)
		read[0] = "plum"
		next := f.pass(t, s)
		check(t, next.Set("other", 1)) // must change only this session, not the store
		check(t, s.Set("cart", "sold"))
		if got, err := storage.Value[[]string](next, "cart"); err != nil || !reflect.DeepEqual(got, []string{"apple"}) {
			t.Errorf("%v %v", got, err)
		}
	})
}

// A value that no store can hold is refused when it is set, and changes nothing.
func TestValuesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	deep := any(1)
	for range 10_001 {
		deep = []any{deep}
	}
	for name, test := range map[string]struct {
		name  string
		value any
	}{
		"channel":     {"value", make(chan int)},
		"not finite":  {"value", math.NaN()},
		"not UTF-8":   {"value", "a\xff"},
		"inside":      {"value", []any{map[string]any{"a\xff": 1}}},
		"NUL":         {"value", "a\x00"},
		"too deep":    {"value", deep},
		"name":        {"a\xff", 1},
		"name of NUL": {"\x00", 1},
	} {
		s := newFixture(t, "memory", nil).New()
		check(t, s.Set("value", "before"))
		for method, set := range map[string]func(string, any) error{"set": s.Set, "flash": s.Flash} {
			err := set(test.name, test.value)
			if spec.ClassOf(err) != spec.ErrInvalid {
				t.Errorf("%s, %s: %v, want %v", name, method, err, spec.ErrInvalid)
			}
		}
		if got := s.Get("value"); got != "before" || s.Has("a\xff") || s.Has("\x00") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A value hides a flash value of the same name until it is unset.
func TestValueAndFlashOfOneName(t *testing.T) {
	t.Parallel()
	s := newFixture(t, "memory", nil).New()
	check(t, s.Flash("message", "flash"))
	check(t, s.Set("message", "value"))
	for range 2 {
		if got := s.Get("message"); got != "value" {
			t.Errorf("%v", got)
		}
	}
	s.Unset("message")
	if s.Has("message") {
		t.Error("unset leaves the flash value")
	}
}

// Several goroutines of a request can use a session. (For -race.)
func TestSessionIsSafeForConcurrentUse(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		s := f.New()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				name := string(rune('a' + i))
				if err := errors.Join(s.Set(name, i), s.Flash("message", i)); err != nil {
					t.Error(err)
				}
				s.Get("message")
				s.Has(name)
				if i == 7 {
					s.Regenerate()
				}
				if _, err := f.commitTo(s); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		cookie, err := f.commitTo(s)
		check(t, err)
		if cookie != "" {
			t.Error("there was something left to commit")
		}
		if ids := f.rows.ids(); f.kind != "cookie" && len(ids) != 1 {
			t.Errorf("%d rows", len(ids))
		}
	})
}
