package postgres

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tenon-go/tenon/spec/attr"
)

var instant = time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)

// stored are values of columns' types as the server can send them.
var stored = []struct {
	oid    uint32
	values []any
}{
	{pgtype.BoolOID, []any{true, false}},
	{pgtype.ByteaOID, []any{[]byte{}, []byte{0, 1, 255}, []byte("12")}},
	{pgtype.CIDOID, []any{uint32(1)}},
	{pgtype.DateOID, []any{instant, pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true}}},
	{pgtype.Float4OID, []any{float32(0.1), float32(3), float32(math.Inf(-1))}},
	{pgtype.Float8OID, []any{0.30000000000000004, math.Copysign(0, -1), 7.0, 1e300, math.NaN(), math.Inf(1)}},
	{pgtype.Int2OID, []any{int16(0), int16(1), int16(-32768)}},
	{pgtype.Int4OID, []any{int32(0), int32(1), int32(-2147483648)}},
	{pgtype.Int8OID, []any{int64(0), int64(1), int64(math.MinInt64), int64(math.MaxInt64)}},
	{pgtype.OIDOID, []any{uint32(4294967295)}},
	{pgtype.TimestampOID, []any{instant, pgtype.Timestamp{InfinityModifier: pgtype.NegativeInfinity, Valid: true}}},
	{pgtype.TimestamptzOID, []any{
		instant, instant.Add(999 * time.Microsecond), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC),
		pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true},
	}},
	{pgtype.XIDOID, []any{uint32(7)}},
	{pgtype.TextOID, []any{"", "text", "1", "2024-05-17"}},
	{pgtype.VarcharOID, []any{"text"}},
	{pgtype.JSONBOID, []any{`{"a": 1}`}},
	{pgtype.NumericOID, []any{"1.50", "12"}},
	{pgtype.UUIDOID, []any{"00000000-0000-0000-0000-00000000000a"}},
	{16999, []any{"a label of an enum"}},
}

// everyKind has an attribute for each kind of pointer that a row can be read into.
type everyKind struct {
	Text      string
	Bool      bool
	Int64     int64
	Int       int
	Float     float64
	Time      time.Time
	Bytes     []byte
	TextNull  *string
	BoolNull  *bool
	Int64Null *int64
	IntNull   *int
	FloatNull *float64
	TimeNull  *time.Time
	BytesNull *[]byte
	Small     int8
	JSON      map[string]int
}

// For each type and each pointer, decode sets the same value as attr.Set does for the
// value that database/sql would get. It leaves values that attr.Set refuses to attr.Set.
func TestDecodeSetsWhatAttrSets(t *testing.T) {
	t.Parallel()
	schema, err := attr.SchemaOf[everyKind]()
	if err != nil {
		t.Fatal(err)
	}
	m := pgtype.NewMap()
	decoded := map[string]bool{}
	for _, c := range stored {
		f := &pgconn.FieldDescription{DataTypeOID: c.oid, Format: formats[c.oid]}
		for _, v := range c.values {
			raw, isText := []byte(nil), false
			if s, ok := v.(string); ok {
				raw, isText = []byte(s), true
			} else if raw, err = m.Encode(c.oid, f.Format, v, []byte{}); err != nil {
				t.Fatalf("%d %v: %v", c.oid, v, err)
			}
			if isText != (f.Format == pgtype.TextFormatCode) {
				t.Fatalf("%d: format %d", c.oid, f.Format)
			}
			var got, want everyKind
			into, wanted := schema.Pointers(&got), schema.Pointers(&want)
			for i, field := range schema.Fields() {
				value, err := driverValue(m, f, raw)
				if err != nil {
					t.Fatalf("%d %v: %v", c.oid, v, err)
				}
				refused := attr.Set(wanted[i], value)
				if !decode(into[i], f, raw) {
					continue
				}
				decoded[field.Name] = true
				if refused != nil {
					t.Errorf("type %d, %v, into %s: decoded, where attr.Set says %v", c.oid, v, field.Name, refused)
				}
				a, b := reflect.ValueOf(got).FieldByName(field.Name), reflect.ValueOf(want).FieldByName(field.Name)
				if !reflect.DeepEqual(a.Interface(), b.Interface()) {
					t.Errorf("type %d, %v, into %s: got %v, want %v", c.oid, v, field.Name, a, b)
				}
			}
			// The values must not share memory with the driver's buffer.
			before := fmt.Sprintf("%#v", got)
			for i := range raw {
				raw[i] ^= 0xff
			}
			if after := fmt.Sprintf("%#v", got); before != after {
				t.Errorf("type %d, %v: changed with the driver's buffer: %s, before %s", c.oid, v, after, before)
			}
		}
	}
	for _, f := range schema.Fields() {
		if direct := f.Name != "Small" && f.Name != "JSON" && f.Name != "BytesNull"; decoded[f.Name] != direct {
			t.Errorf("%s: decoded for some type: %t, want %t", f.Name, decoded[f.Name], direct)
		}
	}
}

// A value with the wrong length for its type is never decoded.
func TestDecodeRefusesOtherLengths(t *testing.T) {
	t.Parallel()
	schema, err := attr.SchemaOf[everyKind]()
	if err != nil {
		t.Fatal(err)
	}
	m := pgtype.NewMap()
	for oid := range formats {
		if oid == pgtype.ByteaOID {
			continue
		}
		f := &pgconn.FieldDescription{DataTypeOID: oid, Format: pgtype.BinaryFormatCode}
		for _, raw := range [][]byte{{}, {1, 2, 3}, make([]byte, 9)} {
			if _, err := driverValue(m, f, raw); err == nil {
				t.Errorf("type %d: %d bytes have a value", oid, len(raw))
			}
			for i, p := range schema.Pointers(new(everyKind)) {
				if decode(p, f, raw) {
					t.Errorf("type %d: %d bytes are decoded into %s", oid, len(raw), schema.Fields()[i].Name)
				}
			}
		}
	}
}
