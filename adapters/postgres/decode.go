package postgres

import (
	"database/sql/driver"
	"encoding/binary"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tenon-go/tenon/spec/attr"
)

// decode sets the variable that a pointer of [attr.Schema.Pointers] points to, and
// reports whether it could. It can if the column has the type that the adapter creates
// for it, or is an integer of another size, and the value is neither null nor one that
// [attr.Set] would refuse. The variable shares no bytes with the value.
func decode(pointer any, f *pgconn.FieldDescription, value []byte) bool {
	if value == nil {
		return false
	}
	switch p := pointer.(type) {
	case *string:
		return decodeTo(p, f, value, decodeText)
	case *bool:
		return decodeTo(p, f, value, decodeBool)
	case *int64:
		return decodeTo(p, f, value, decodeInt64)
	case *int:
		return decodeTo(p, f, value, decodeInt)
	case *float64:
		return decodeTo(p, f, value, decodeFloat)
	case *time.Time:
		return decodeTo(p, f, value, decodeTime)
	case *[]byte:
		return decodeTo(p, f, value, decodeBytes)
	case **string:
		return decodeToNew(p, f, value, decodeText)
	case **bool:
		return decodeToNew(p, f, value, decodeBool)
	case **int64:
		return decodeToNew(p, f, value, decodeInt64)
	case **int:
		return decodeToNew(p, f, value, decodeInt)
	case **float64:
		return decodeToNew(p, f, value, decodeFloat)
	case **time.Time:
		return decodeToNew(p, f, value, decodeTime)
	}
	return false
}

type decoder[V any] func(f *pgconn.FieldDescription, value []byte) (V, bool)

func decodeTo[V any](into *V, f *pgconn.FieldDescription, value []byte, decode decoder[V]) bool {
	v, ok := decode(f, value)
	if ok {
		*into = v
	}
	return ok
}

func decodeToNew[V any](into **V, f *pgconn.FieldDescription, value []byte, decode decoder[V]) bool {
	v, ok := decode(f, value)
	if ok {
		*into = &v
	}
	return ok
}

// isBinary reports whether a value is in the binary form of a type and has this size.
func isBinary(f *pgconn.FieldDescription, value []byte, oid uint32, size int) bool {
	return f.DataTypeOID == oid && f.Format == pgtype.BinaryFormatCode && len(value) == size
}

func decodeText(f *pgconn.FieldDescription, value []byte) (string, bool) {
	if f.Format != pgtype.TextFormatCode {
		return "", false
	}
	return string(value), true
}

func decodeBool(f *pgconn.FieldDescription, value []byte) (v, ok bool) {
	if !isBinary(f, value, pgtype.BoolOID, 1) {
		return false, false
	}
	return value[0] == 1, true
}

func decodeInt64(f *pgconn.FieldDescription, value []byte) (int64, bool) {
	switch {
	case isBinary(f, value, pgtype.Int8OID, 8):
		return int64(binary.BigEndian.Uint64(value)), true
	case isBinary(f, value, pgtype.Int4OID, 4):
		return int64(int32(binary.BigEndian.Uint32(value))), true
	case isBinary(f, value, pgtype.Int2OID, 2):
		return int64(int16(binary.BigEndian.Uint16(value))), true
	}
	return 0, false
}

func decodeInt(f *pgconn.FieldDescription, value []byte) (int, bool) {
	n, ok := decodeInt64(f, value)
	return int(n), ok && int64(int(n)) == n
}

func decodeFloat(f *pgconn.FieldDescription, value []byte) (float64, bool) {
	if !isBinary(f, value, pgtype.Float8OID, 8) {
		return 0, false
	}
	x := math.Float64frombits(binary.BigEndian.Uint64(value))
	return x, !math.IsNaN(x) && !math.IsInf(x, 0)
}

// epoch is the server's epoch, 2000, in microseconds since 1970.
const epoch = 946684800_000000

func decodeTime(f *pgconn.FieldDescription, value []byte) (time.Time, bool) {
	if !isBinary(f, value, pgtype.TimestamptzOID, 8) {
		return time.Time{}, false
	}
	n := int64(binary.BigEndian.Uint64(value))
	if n == math.MaxInt64 || n == math.MinInt64 { // infinity
		return time.Time{}, false
	}
	return attr.NormalTime(time.UnixMicro(n + epoch))
}

func decodeBytes(f *pgconn.FieldDescription, value []byte) ([]byte, bool) {
	if f.DataTypeOID != pgtype.ByteaOID || f.Format != pgtype.BinaryFormatCode {
		return nil, false
	}
	return append([]byte{}, value...), true
}

// driverValue returns the value that pgx would pass to database/sql, or nil for null. It
// shares no bytes with the given value.
func driverValue(m *pgtype.Map, f *pgconn.FieldDescription, value []byte) (any, error) {
	if value == nil {
		return nil, nil
	}
	switch f.DataTypeOID {
	case pgtype.BoolOID:
		return scanAs[bool](m, f, value)
	case pgtype.ByteaOID:
		return scanAs[[]byte](m, f, value)
	case pgtype.Float4OID:
		x, err := scanAs[float32](m, f, value)
		return float64(x), err
	case pgtype.Float8OID:
		return scanAs[float64](m, f, value)
	case pgtype.CIDOID, pgtype.OIDOID, pgtype.XIDOID:
		return scanValue[pgtype.Uint32](m, f, value)
	case pgtype.DateOID:
		return scanValue[pgtype.Date](m, f, value)
	case pgtype.TimestampOID:
		return scanValue[pgtype.Timestamp](m, f, value)
	case pgtype.TimestamptzOID:
		return scanValue[pgtype.Timestamptz](m, f, value)
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return scanAs[int64](m, f, value)
	case pgtype.JSONOID, pgtype.JSONBOID, pgtype.XMLOID:
		return scanAs[[]byte](m, f, value)
	}
	return string(value), nil // text
}

func scanAs[V any](m *pgtype.Map, f *pgconn.FieldDescription, value []byte) (v V, err error) {
	err = m.Scan(f.DataTypeOID, f.Format, value, &v)
	return v, err
}

func scanValue[V driver.Valuer](m *pgtype.Map, f *pgconn.FieldDescription, value []byte) (any, error) {
	v, err := scanAs[V](m, f, value)
	if err != nil {
		return nil, err
	}
	return v.Value()
}
