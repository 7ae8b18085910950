package attr

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		kind     Kind
		nullable bool
	}{
		"Text": {String, false}, "Role": {String, false}, "NilText": {String, true},
		"Flag": {Bool, false}, "NilFlag": {Bool, true},
		"Int": {Int, false}, "I64": {Int, false}, "I8": {Int, false}, "I16": {Int, false}, "I32": {Int, false},
		"U8": {Int, false}, "U16": {Int, false}, "U32": {Int, false}, "Level": {Int, false}, "NilInt": {Int, true},
		"Float": {Float, false}, "Ratio": {Float, false}, "NilFloat": {Float, true},
		"Time": {Time, false}, "Stamp": {Time, false}, "NilTime": {Time, true},
		"Bytes": {Bytes, true}, "Blob": {Bytes, true}, "Raw": {Bytes, true}, "NilBytes": {Bytes, true},
		"List": {JSON, false}, "Map": {JSON, false}, "Address": {JSON, false}, "NilJSON": {JSON, true},
		"Origin": {String, false}, "Depth": {Int, false},
	}
	fields := schemaOf[rich](t).Fields()
	if len(fields) != len(want) {
		t.Errorf("%d fields, want %d", len(fields), len(want))
	}
	for _, f := range fields {
		w := want[f.Name]
		if f.Kind != w.kind || f.Nullable != w.nullable {
			t.Errorf("%s: %v nullable %t, want %v %t", f.Name, f.Kind, f.Nullable, w.kind, w.nullable)
		}
	}
}

func TestTypeIsWithoutPointer(t *testing.T) {
	t.Parallel()
	for _, f := range schemaOf[struct {
		A *role
		B *[]byte
		C *time.Time
	}](t).Fields() {
		if f.Type.Kind() == reflect.Pointer {
			t.Errorf("%s: type %v", f.Name, f.Type)
		}
	}
}

// one is a struct with one field of type F.
type one[F any] struct{ Field F }

func TestUnsupportedKinds(t *testing.T) {
	t.Parallel()
	t.Run("uint", func(t *testing.T) { wantRefused[one[uint]](t, "attr.one[uint].Field", "uint") })
	t.Run("uint64", func(t *testing.T) { wantRefused[one[uint64]](t, ".Field", "uint64") })
	t.Run("uintptr", func(t *testing.T) { wantRefused[one[uintptr]](t, ".Field", "uintptr") })
	t.Run("float32", func(t *testing.T) { wantRefused[one[float32]](t, ".Field", "float32") })
	t.Run("complex64", func(t *testing.T) { wantRefused[one[complex64]](t, ".Field", "complex64") })
	t.Run("complex128", func(t *testing.T) { wantRefused[one[complex128]](t, ".Field", "complex128") })
	t.Run("any", func(t *testing.T) { wantRefused[one[any]](t, ".Field", "interface {}") })
	t.Run("error", func(t *testing.T) { wantRefused[one[error]](t, ".Field", "error") })
	t.Run("array", func(t *testing.T) { wantRefused[one[[2]string]](t, ".Field", "[2]string") })
	t.Run("bytes array", func(t *testing.T) { wantRefused[one[[16]byte]](t, ".Field", "[16]uint8") })
	t.Run("chan", func(t *testing.T) { wantRefused[one[chan int]](t, ".Field", "chan int") })
	t.Run("func", func(t *testing.T) { wantRefused[one[func()]](t, ".Field", "func()") })
	t.Run("unsafe pointer", func(t *testing.T) { wantRefused[one[unsafe.Pointer]](t, ".Field", "unsafe.Pointer") })
	t.Run("pointer to pointer", func(t *testing.T) { wantRefused[one[**int]](t, ".Field", "*int") })
	t.Run("pointer to uint64", func(t *testing.T) { wantRefused[one[*uint64]](t, ".Field", "uint64") })
	t.Run("pointer to interface", func(t *testing.T) { wantRefused[one[*any]](t, ".Field", "interface {}") })
}

type recursive struct {
	Next *recursive
	More map[string]recursive
}

// encodes is a key type that encoding/json writes but does not read.
type encodes struct{ a, b byte }

func (e encodes) MarshalText() ([]byte, error) { return []byte{e.a, e.b}, nil }

func TestJSONTypes(t *testing.T) {
	t.Parallel()
	schemaOf[one[recursive]](t)
	schemaOf[one[[]uint64]](t)
	schemaOf[one[map[string]float32]](t)
	schemaOf[one[map[string]any]](t)
	schemaOf[one[map[int8]string]](t)
	schemaOf[one[map[netip.Addr]bool]](t)
	schemaOf[one[[][16]byte]](t)
	schemaOf[one[[]time.Time]](t)
	schemaOf[one[netip.Addr]](t) // a struct with unexported fields that marshals itself
	schemaOf[one[[]sql.NullString]](t)
}

func TestJSONTypesRefused(t *testing.T) {
	t.Parallel()
	t.Run("chan", func(t *testing.T) { wantRefused[one[[]chan int]](t, ".Field", "chan int") })
	t.Run("func", func(t *testing.T) {
		wantRefused[one[struct{ Hook func() }]](t, ".Field", "Hook", "func()")
	})
	t.Run("complex", func(t *testing.T) { wantRefused[one[map[string]complex128]](t, ".Field", "complex128") })
	t.Run("deep", func(t *testing.T) {
		wantRefused[one[[]map[string]*struct{ A struct{ B []func() } }]](t, ".Field", "A: B", "func()")
	})
	t.Run("key of no form", func(t *testing.T) { wantRefused[one[map[bool]string]](t, ".Field", "keys of map[bool]string") })
	t.Run("key only written", func(t *testing.T) { wantRefused[one[map[encodes]string]](t, ".Field", "keys of") })
	t.Run("interface with methods", func(t *testing.T) { wantRefused[one[[]error]](t, ".Field", "error") })
	t.Run("string twice escaped", func(t *testing.T) {
		type inner struct {
			S role `json:"s,omitempty,string"`
		}
		wantRefused[one[[]inner]](t, ".Field", "S", `"string"`)
		type pointer struct {
			S *string `json:",string"`
		}
		wantRefused[one[pointer]](t, ".Field", "S", `"string"`)
	})
	t.Run("left out of the JSON", func(t *testing.T) {
		type inner struct {
			F func()   `json:"-"`
			N int      `json:",string"`
			c chan int // not exported
		}
		schemaOf[one[inner]](t)
		_ = inner{}.c
	})
}

// uuid is a UUID like that of the well-known packages.
type uuid [16]byte

func (u uuid) Value() (driver.Value, error) { return fmt.Sprintf("%x", u[:]), nil }
func (u *uuid) Scan(any) error              { return nil }

type onlyScanner string

func (s *onlyScanner) Scan(any) error { return nil }

type onlyValuer string

func (v onlyValuer) Value() (driver.Value, error) { return string(v), nil }

type pointerValuer string

func (v *pointerValuer) Value() (driver.Value, error) { return string(*v), nil }

// Methods with these names but other signatures are not called.
type (
	otherValue string
	otherScan  string
)

func (otherValue) Value() string                  { return "" }
func (*otherScan) Scan(fmt.ScanState, rune) error { return nil }
func (otherScan) Value() (json.RawMessage, error) { return nil, nil }
func (otherValue) Scan(string) (int, error)       { return 0, errors.ErrUnsupported }

func TestValuersAndScanners(t *testing.T) {
	t.Parallel()
	const why = "Scan or Value"
	t.Run("NullString", func(t *testing.T) { wantRefused[one[sql.NullString]](t, ".Field", why) })
	t.Run("pointer", func(t *testing.T) { wantRefused[one[*sql.NullString]](t, ".Field", why) })
	t.Run("Null", func(t *testing.T) { wantRefused[one[sql.Null[int64]]](t, ".Field", why) })
	t.Run("NullTime", func(t *testing.T) { wantRefused[one[sql.NullTime]](t, ".Field", why) })
	t.Run("uuid", func(t *testing.T) { wantRefused[one[uuid]](t, ".Field", why) })
	t.Run("Scanner", func(t *testing.T) { wantRefused[one[onlyScanner]](t, ".Field", why) })
	t.Run("Valuer", func(t *testing.T) { wantRefused[one[onlyValuer]](t, ".Field", why) })
	t.Run("pointer Valuer", func(t *testing.T) { wantRefused[one[pointerValuer]](t, ".Field", why) })
	t.Run("embedded", func(t *testing.T) { wantRefused[struct{ sql.NullString }](t, "}.NullString", why) })
	t.Run("T itself", func(t *testing.T) { wantRefused[sql.NullString](t, "sql.NullString", "one value") })
	t.Run("other methods", func(t *testing.T) {
		schemaOf[one[otherValue]](t)
		schemaOf[one[otherScan]](t)
	})
}

func TestUniqueAndMaxOnWhatCannotBe(t *testing.T) {
	t.Parallel()
	const most = "max of at most 255"
	t.Run("string without max", func(t *testing.T) {
		wantRefused[struct {
			A string `db:",unique"`
		}](t, ".A", most)
	})
	t.Run("string with a long max", func(t *testing.T) {
		wantRefused[struct {
			A string `db:",unique,max=256"`
		}](t, ".A", most)
	})
	t.Run("bytes without max", func(t *testing.T) {
		wantRefused[struct {
			A []byte `db:",unique"`
		}](t, ".A", most)
	})
	t.Run("bool", func(t *testing.T) {
		wantRefused[struct {
			A bool `db:",unique"`
		}](t, ".A", "unique", "bool")
	})
	t.Run("float", func(t *testing.T) {
		wantRefused[struct {
			A *float64 `db:",unique"`
		}](t, ".A", "unique", "*float64")
	})
	t.Run("JSON", func(t *testing.T) {
		wantRefused[struct {
			A []string `db:",unique"`
		}](t, ".A", "unique", "[]string")
	})
	t.Run("max of an int", func(t *testing.T) {
		wantRefused[struct {
			A int `db:",max=3"`
		}](t, ".A", "max", "int")
	})
	t.Run("max of a time", func(t *testing.T) {
		wantRefused[struct {
			A time.Time `db:",max=3"`
		}](t, ".A", "max", "time.Time")
	})
	t.Run("max of JSON", func(t *testing.T) {
		wantRefused[struct {
			A map[string]int `db:",max=3"`
		}](t, ".A", "max", "map[string]int")
	})
	t.Run("allowed", func(t *testing.T) {
		type all struct {
			A string     `db:",unique,max=255"`
			B []byte     `db:",max=1,unique"`
			C int8       `db:",unique"`
			D *time.Time `db:",unique"`
			E *role      `db:",unique,max=7"`
			F string     `db:",max=2147483647"`
		}
		for i, f := range schemaOf[all](t).Fields() {
			if want := []int{255, 1, 0, 0, 7, 1<<31 - 1}[i]; f.Unique != (i < 5) || f.Max != want {
				t.Errorf("%s: unique %t, max %d", f.Name, f.Unique, f.Max)
			}
		}
	})
}
