package memory

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	word   string
	moment time.Time
	inner  struct{ A, B string }
)

// everyKind has an attribute of each kind and of each type of pointer through which
// attributes are read: plain, named, nullable.
type everyKind struct {
	String      string
	Word        word
	Text        *string
	Bool        bool
	Flag        *bool
	Int         int
	Int64       int64
	Small       int8
	Number      *int
	Long        *int64
	Float       float64
	Ratio       *float64
	Time        time.Time
	Moment      moment
	Seen        *time.Time
	Bytes       []byte
	BytesOrNull *[]byte
	JSON        inner
	Map         map[string]int
	Maybe       *inner
}

var (
	hostileTexts = []string{
		"", "\x00", "\xff\xfe not UTF-8", "a\x00b", "'; --", "\u2028\U0001F600", strings.Repeat("x", 126),
		strings.Repeat("x", 127), strings.Repeat("x", 128), strings.Repeat("y", 1<<14), strings.Repeat("z", 1<<20),
	}
	hostileIntegers = []int64{0, 1, -1, 127, 128, -128, 1<<53 + 1, math.MaxInt64, math.MinInt64}
	hostileFloats   = []float64{0, math.Copysign(0, -1), 0.1, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(-1), math.NaN()}
	hostileTimes    = []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		time.UnixMilli(0).UTC(), time.UnixMilli(-1).UTC(), epoch,
	}
)

// hostileValue returns a value that a column of this kind can be given, or one that the
// front would refuse, or nil.
func hostileValue(r *rand.Rand, f attr.Field) any {
	if f.Nullable && r.IntN(3) == 0 {
		return nil
	}
	switch f.Kind {
	case attr.Bool:
		return r.IntN(2) == 0
	case attr.Int:
		return pick(r, hostileIntegers)
	case attr.Float:
		return pick(r, hostileFloats)
	case attr.Time:
		return pick(r, hostileTimes)
	case attr.Bytes:
		return []byte(pick(r, hostileTexts))
	}
	return pick(r, hostileTexts)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// TestCells packs rows of hostile values, changes some of them, and reads each cell again.
func TestCells(t *testing.T) {
	t.Parallel()
	schema, err := attr.SchemaOf[everyKind]()
	must(t, err)
	fields := schema.Fields()
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		want := make([]any, len(fields))
		for i, f := range fields {
			want[i] = hostileValue(random, f)
		}
		cells := string(appendCells(nil, want))
		checkCells(t, cells, fields, want)

		var change spec.Change
		for i, f := range fields {
			if random.IntN(3) == 0 {
				change.Places = append(change.Places, i)
				change.Values = append(change.Values, hostileValue(random, f))
			}
		}
		changed := string(appendChanged([]byte("head"), cells, change))
		checkCells(t, changed[len("head"):], fields, change.Apply(want))
		checkCells(t, cells, fields, want) // the cells of a new row
	}
}

func checkCells(t *testing.T, cells string, fields []attr.Field, want []any) {
	t.Helper()
	r := readCells(cells)
	for i, f := range fields {
		content, null := r.next()
		if at, nullAt := cellAt(cells, i); at != content || nullAt != null {
			t.Fatalf("%s: the cell is another when it is looked for", f.Name)
		}
		var got any
		if !null {
			got = decode(f.Kind, content)
		}
		if !sameValue(got, want[i]) {
			t.Fatalf("%s: got %.40q, want %.40q", f.Name, got, want[i])
		}
	}
	if left := len(r.head) + len(r.tail); left > 0 {
		t.Fatalf("%d bytes are left after the last cell", left)
	}
}

// sameValue is reflect.DeepEqual, except that it compares floats bit by bit.
func sameValue(a, b any) bool {
	x, ok := a.(float64)
	y, also := b.(float64)
	if ok && also {
		return math.Float64bits(x) == math.Float64bits(y)
	}
	return reflect.DeepEqual(a, b)
}

// TestFill compares fill with attr.SetAll for every type of pointer.
func TestFill(t *testing.T) {
	t.Parallel()
	schema, err := attr.SchemaOf[everyKind]()
	must(t, err)
	fields, kinds := schema.Fields(), kindsOf(schema.Fields())
	full := everyKind{
		String: "s", Word: "w", Text: new("t"), Bool: true, Flag: new(false), Int: math.MinInt, Int64: math.MaxInt64,
		Small: -128, Number: new(-1), Long: new(int64(math.MinInt64)), Float: math.MaxFloat64, Ratio: new(-0.5),
		Time: hostileTimes[0], Moment: moment(hostileTimes[1]), Seen: new(hostileTimes[3]), Bytes: []byte{},
		BytesOrNull: new([]byte{0, 0xff}), JSON: inner{"a", "b"}, Map: map[string]int{}, Maybe: &inner{},
	}
	for name, v := range map[string]everyKind{"full": full, "zero": {}} {
		values, err := schema.Values(v, attr.All[everyKind]())
		must(t, err)
		var want everyKind
		must(t, attr.SetAll(schema.Pointers(&want), values))
		got := full // must be overwritten
		must(t, fill(schema.Pointers(&got), readCells(string(appendCells(nil, values))), kinds))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	pointerTypes := map[reflect.Type]bool{}
	for _, p := range attr.NewPointers(fields) {
		pointerTypes[reflect.TypeOf(p)] = true
	}
	if len(pointerTypes) < 14 { // all types that attr.Schema.Pointers lists, including *Destination
		t.Errorf("everyKind is read through %d types of pointers only", len(pointerTypes))
	}
	if err := fill([]any{new(string)}, readCells(string(appendCells(nil, []any{nil}))), []attr.Kind{attr.String}); err == nil {
		t.Error("null was read into a string")
	}
}

// TestSessionRow packs ids and times of every size.
func TestSessionRow(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 127, 128, 255} {
		for _, created := range hostileTimes {
			s := sessionRow{ID: strings.Repeat("i", size), CreatedAt: created, Attributes: []any{"v", nil}}
			row := packSession(&s)
			content, null := cellAt(cellsIn(row), 0)
			if idIn(row) != s.ID || !instant(createdIn(row)).Equal(created) || content != "v" || null {
				t.Errorf("id of %d bytes, %v: got %q", size, created, row)
			}
		}
	}
}

// TestBytesAreNew: a []byte that is read shares no memory with the store.
func TestBytesAreNew(t *testing.T) {
	t.Parallel()
	cells := string(appendCells(nil, []any{[]byte("own")}))
	for range 2 {
		var b []byte
		must(t, fill([]any{&b}, readCells(cells), []attr.Kind{attr.Bytes}))
		if string(b) != "own" {
			t.Fatalf("got %q", b)
		}
		b[0] = 'x'
	}
}
