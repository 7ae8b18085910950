package attr

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzTag compiles structs with arbitrary tags. This must never panic, and the columns of
// those that compile must be valid in every engine.
func FuzzTag(f *testing.F) {
	f.Add(`db:"email,unique,max=254"`, `db:"-"`, byte(0))
	f.Add(`db:",max=255,unique"`, `db:"Email"`, byte(5))
	f.Add(`db:"a.b"`, `db:"$a"`, byte(7))
	f.Add(`db:"max=3"`, `db:"b,max=99999999999"`, byte(11))
	f.Add(`db`, `db:"a" db:"b"`, byte(2))
	f.Add("db:\"\\xff\\x00\"", `json:",string" db:"ID"`, byte(9))
	var types []reflect.Type
	for _, field := range reflect.VisibleFields(reflect.TypeFor[rich]()) {
		types = append(types, field.Type)
	}
	f.Fuzz(func(t *testing.T, tagA, tagB string, kind byte) {
		s := &Schema[struct{}]{name: "fuzzed"}
		err := s.add(reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: types[int(kind)%len(types)], Tag: reflect.StructTag(tagA)},
			{Name: "UserID", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tagB)},
		}), nil)
		if err == nil {
			err = s.checkNames([]string{"user_id"})
		}
		if err != nil {
			if !strings.Contains(err.Error(), "fuzzed.A: ") && !strings.Contains(err.Error(), "fuzzed.UserID: ") {
				t.Errorf("error %q does not name type and field", err)
			}
			return
		}
		seen := map[string]bool{"id": true, "user_id": true}
		for _, field := range s.fields {
			c := field.Column
			if c == "" || len(c) > 63 || !utf8.ValidString(c) || strings.ContainsAny(c, ".\x00") || c[0] == '$' {
				t.Errorf("column %q", c)
			}
			if folded := strings.ToLower(c); seen[folded] {
				t.Errorf("column %q is taken", c)
			} else {
				seen[folded] = true
			}
			if text := field.Kind == String || field.Kind == Bytes; field.Max < 0 || field.Max > 0 && !text ||
				field.Unique && text && (field.Max < 1 || field.Max > 255) || field.Unique && !text && field.Kind != Int && field.Kind != Time {
				t.Errorf("%+v", field)
			}
		}
	})
}

// FuzzSnakeCase: a column is the field's name in lower case, with underscores added.
func FuzzSnakeCase(f *testing.F) {
	for _, name := range []string{"", "ID", "HTTPServer2", "User_ID", "ÄrgerÖl", "İ", "ǅ", "\xff", "𝐀𝐀a"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !utf8.ValidString(name) {
			return // not the name of a Go field
		}
		letters := func(s string) string { return strings.ReplaceAll(s, "_", "") }
		got := snakeCase(name)
		if letters(got) != strings.ToLower(letters(name)) || strings.Count(got, "_") < strings.Count(name, "_") {
			t.Errorf("%q becomes %q", name, got)
		}
		if strings.Contains(got, "__") && !strings.Contains(name, "__") {
			t.Errorf("%q becomes %q, with two underscores", name, got)
		}
	})
}

// source makes Go values from fuzzed bytes and, when they run out, from zeros.
type source struct{ data []byte }

func (s *source) nextByte() byte {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return b
}

func (s *source) nextUint64() uint64 {
	var b [8]byte
	s.data = s.data[copy(b[:], s.data):]
	return binary.LittleEndian.Uint64(b[:])
}

func (s *source) nextText() string {
	n := min(int(s.nextByte()%24), len(s.data))
	text := string(s.data[:n])
	s.data = s.data[n:]
	return text
}

func (s *source) fill(rv reflect.Value) {
	if rv.Type().ConvertibleTo(timeType) && rv.Kind() == reflect.Struct {
		zone := time.FixedZone("", int(int8(s.nextByte()))*600)
		sec := int64(s.nextUint64()) % 400_000_000_000 // some are outside years 1 to 9999
		rv.Set(reflect.ValueOf(time.Unix(sec, int64(s.nextByte())*3_999_999).In(zone)).Convert(rv.Type()))
		return
	}
	switch rv.Kind() {
	case reflect.String:
		rv.SetString(s.nextText())
	case reflect.Bool:
		rv.SetBool(s.nextByte()&1 == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		rv.SetInt(int64(s.nextUint64()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		rv.SetUint(s.nextUint64())
	case reflect.Float64:
		rv.SetFloat(math.Float64frombits(s.nextUint64()))
	case reflect.Pointer:
		if s.nextByte()&1 == 1 {
			rv.Set(reflect.New(rv.Type().Elem()))
			s.fill(rv.Elem())
		}
	case reflect.Slice:
		if n := int(s.nextByte() % 4); n > 0 {
			rv.Set(reflect.MakeSlice(rv.Type(), n-1, n))
			for i := range n - 1 {
				s.fill(rv.Index(i))
			}
		}
	case reflect.Map:
		if n := int(s.nextByte() % 4); n > 0 {
			rv.Set(reflect.MakeMap(rv.Type()))
			for range n - 1 {
				key, elem := reflect.New(rv.Type().Key()).Elem(), reflect.New(rv.Type().Elem()).Elem()
				s.fill(key)
				s.fill(elem)
				rv.SetMapIndex(key, elem)
			}
		}
	case reflect.Struct:
		for i := range rv.NumField() {
			s.fill(rv.Field(i))
		}
	case reflect.Interface:
		var v any
		switch s.nextByte() % 5 {
		case 1:
			v = s.nextText()
		case 2:
			v = math.Float64frombits(s.nextUint64())
		case 3:
			v = []any{s.nextText(), s.nextByte() > 9}
		case 4:
			v = map[string]any{s.nextText(): []any{nil}}
		}
		if v != nil {
			rv.Set(reflect.ValueOf(v))
		}
	}
}

// pointers collects the addresses to which the pointers, maps and slices in rv point.
func pointers(rv reflect.Value, into map[uintptr]bool) {
	if rv.IsValid() && rv.Type() == timeType {
		return // its zone is shared and cannot be changed
	}
	switch rv.Kind() {
	case reflect.Pointer:
		if !rv.IsNil() {
			into[rv.Pointer()] = true
			pointers(rv.Elem(), into)
		}
	case reflect.Slice:
		if rv.Cap() > 0 {
			into[rv.Pointer()] = true
		}
		for i := range rv.Len() {
			pointers(rv.Index(i), into)
		}
	case reflect.Map:
		if !rv.IsNil() {
			into[rv.Pointer()] = true
		}
		for _, key := range rv.MapKeys() {
			pointers(rv.MapIndex(key), into)
		}
	case reflect.Interface:
		pointers(rv.Elem(), into)
	case reflect.Struct:
		if rv.CanConvert(timeType) {
			return
		}
		for i := range rv.NumField() {
			pointers(rv.Field(i), into)
		}
	}
}

func wantNothingShared(t *testing.T, a, b any) {
	t.Helper()
	in, out := map[uintptr]bool{}, map[uintptr]bool{}
	pointers(reflect.ValueOf(a), in)
	pointers(reflect.ValueOf(b), out)
	for p := range in {
		if out[p] {
			t.Fatalf("%#v and %#v share something", a, b)
		}
	}
}

// FuzzValues: every value is either refused or restored unchanged.
func FuzzValues(f *testing.F) {
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{1}, 400))
	f.Add(bytes.Repeat([]byte("\x03ab\x02"), 150))
	f.Add(bytes.Repeat([]byte{2, 'a', 0xff, 3}, 150))
	f.Add(bytes.Repeat([]byte{1, 0, 1, 0x7f}, 150))
	f.Add([]byte("\x17" + strings.Repeat("\\u0000", 100)))
	s, all := schemaOf[rich](f), All[rich]()
	f.Fuzz(func(t *testing.T, data []byte) {
		var v rich
		src := &source{data}
		for _, f := range s.fields {
			src.fill(reflect.ValueOf(&v).Elem().FieldByIndex(f.index))
		}

		values, err := s.Values(v, all)
		clone, cloneErr := s.Clone(v)
		var invalid *ValueError
		if err != nil {
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v is no *ValueError", err)
			}
			if !invalid.TooLong && cloneErr == nil {
				t.Fatalf("Values says %v, Clone nothing", err)
			}
			return
		}
		if cloneErr != nil {
			t.Fatalf("Clone says %v, Values nothing", cloneErr)
		}
		var back rich
		for i, d := range s.Destinations(&back) {
			if err := d.Scan(values[i]); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(back, clone) {
			t.Errorf("scanned %+v\ncloned  %+v", back, clone)
		}
		if again, err := s.Values(back, all); err != nil || !reflect.DeepEqual(again, values) {
			t.Errorf("values, again %v, %v\nwere          %v", again, err, values)
		}
		wantNothingShared(t, v, clone)
		wantNothingShared(t, v, values)
		wantNothingShared(t, back, values)
		coded, err := encode(s, v)
		if err != nil {
			t.Fatal(err)
		}
		var decoded rich
		if err := decode(s, coded, &decoded); err != nil || !reflect.DeepEqual(decoded, clone) {
			t.Errorf("decoded %+v, %v\ncloned  %+v", decoded, err, clone)
		}
	})
}

// FuzzDecodeRow: DecodeRow never panics, and EncodeRow can write the values that it
// returns, unless no store can hold them.
func FuzzDecodeRow(f *testing.F) {
	s := schemaOf[rich](f)
	for _, v := range []rich{{}, newRich()} {
		data, err := encode(s, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, data := range []string{"", "null", "{}", "{}x", "[]", `{"text":null}`, `{"int":"5","float":-0,"time":1e3,"flag":1}`, `{"text":"\ud800"}`,
		`{"bytes":"AP8="}`, `{"address":"{\"street\":1}"}`, `{"address":"{\"Any\":{\"a\":1e400}}"}`, `{"map":"{\"a\":[1],\"a\":null}"}`} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v rich
		if decode(s, data, &v) != nil {
			return
		}
		coded, err := encode(s, v)
		if err != nil {
			if invalid := (*ValueError)(nil); !errors.As(err, &invalid) {
				t.Errorf("error %v is no *ValueError", err)
			}
			return
		}
		var again rich
		if err := decode(s, coded, &again); err != nil {
			t.Fatalf("%s: %v", coded, err)
		}
		recoded, err := encode(s, again)
		if err != nil || !bytes.Equal(recoded, coded) {
			t.Errorf("%s, %v\nwas %s", recoded, err, coded)
		}
		if clone, err := s.Clone(v); err != nil || !reflect.DeepEqual(again, clone) {
			t.Errorf("decoded %+v\ncloned  %+v, %v", again, clone, err)
		}
	})
}

// FuzzDestination: every driver's value is either accepted without loss or refused with
// an error that does not contain it.
func FuzzDestination(f *testing.F) {
	f.Add("", int64(0), 0.0)
	f.Add("null", int64(1<<53+1), math.NaN())
	f.Add("9223372036854775807", int64(math.MaxInt64), float64(1<<63))
	f.Add("-9223372036854775808", int64(math.MinInt64), math.Inf(-1))
	f.Add(`["a"]`, int64(-62135596800000), 0.5)
	f.Add(`{"Street":"s","Any":[1]}`, int64(253402300799999), 1e300)
	f.Add("\xff\x00", int64(253402300800000), math.Copysign(0, -1))
	s, all := schemaOf[rich](f), All[rich]()
	fields := s.Fields()
	f.Fuzz(func(t *testing.T, text string, n int64, x float64) {
		for _, src := range []any{
			nil, text, []byte(text), json.Number(text), n, x, int32(n), uint64(n), float32(x), n > 0, time.Unix(n, n).In(time.FixedZone("", int(n%50_000))), time.UnixMilli(n), []any{text},
		} {
			had := newStored()
			v, w := had, had
			pointers := s.Pointers(&w)
			for i, d := range s.Destinations(&v) {
				f := fields[i]
				into := reflect.ValueOf(&v).Elem().FieldByIndex(f.index)
				err, setErr := d.Scan(src), Set(pointers[i], src)
				if set := reflect.ValueOf(w).FieldByIndex(f.index).Interface(); (err == nil) != (setErr == nil) || !reflect.DeepEqual(set, into.Interface()) {
					t.Errorf("%s from %T %v: scanned %v, %v, set %v, %v", f.Name, src, src, into, err, set, setErr)
				}
				if err != nil {
					what := fmt.Sprintf("%T", src)
					if src == nil {
						what = "null"
					}
					if want := fmt.Sprintf("attribute %s: the stored value (%s) does not fit %s", f.Name, what, into.Type()); err.Error() != want {
						t.Errorf("error %q, want %q", err, want)
					}
					if src == nil && f.Nullable || !reflect.DeepEqual(into.Interface(), reflect.ValueOf(had).FieldByIndex(f.index).Interface()) {
						t.Errorf("%s: %v from %T %v", f.Name, err, src, src)
					}
					continue
				}
				value, err := f.value(into)
				if err != nil { // text that no store can hold, but a Go string can
					if f.Kind != String && f.Kind != JSON {
						t.Errorf("%s: %v from %T %v", f.Name, err, src, src)
					}
					continue
				}
				same := true
				switch src := src.(type) {
				case nil:
					same = value == nil
				case int64:
					same = value == src || f.Kind == Float && int64(value.(float64)) == src || f.Kind == Bool && value == (src == 1) ||
						f.Kind == Time && value == time.UnixMilli(src).UTC()
				case float64:
					same = value == src || f.Kind == Int && float64(value.(int64)) == src || f.Kind == Bool && value == (src == 1) ||
						f.Kind == Time && value == time.UnixMilli(int64(src)).UTC()
				case string:
					same = f.Kind != String || value == src
				}
				if !same {
					t.Errorf("%s: %#v from %T %v", f.Name, value, src, src)
				}
			}
			if _, err := s.Values(v, all); err != nil {
				if invalid := (*ValueError)(nil); !errors.As(err, &invalid) {
					t.Errorf("error %v is no *ValueError", err)
				}
			}
		}
	})
}
