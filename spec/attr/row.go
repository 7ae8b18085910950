package attr

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"
)

// EncodeRow returns a row's values as one JSON object with the columns as keys, for
// stores that keep a row as one value. Values are those that [Schema.Values] returns
// for all fields. Bytes become base64, times integer milliseconds since 1970, and
// values of kind [JSON] strings of JSON.
func EncodeRow(fields []Field, values []any) ([]byte, error) {
	if len(values) != len(fields) {
		return nil, fmt.Errorf("%d values for %d attributes", len(values), len(fields))
	}
	row := make(map[string]any, len(values))
	for i, value := range values {
		if t, ok := value.(time.Time); ok {
			value = t.UnixMilli()
		}
		row[fields[i].Column] = value // json writes []byte as base64
	}
	data, err := json.Marshal(row)
	if err != nil {
		return nil, errors.New("a value that Schema.Values does not give") // err's text may contain it
	}
	return data, nil
}

// DecodeRow returns the values that [EncodeRow] wrote, for [SetAll]. A row that was
// written before an attribute was added does not have its column: the value is then
// null if the attribute is nullable, and otherwise the zero value. DecodeRow ignores
// columns without a field. Its errors do not contain values.
func DecodeRow(fields []Field, data []byte) ([]any, error) {
	var row map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err := decoder.Decode(&row)
	if _, rest := decoder.Token(); err != nil || row == nil || rest != io.EOF {
		return nil, errors.New("the stored attributes are not one JSON object") // err's text may contain values
	}
	values := make([]any, len(fields))
	for i := range fields {
		f := &fields[i]
		src, found := row[f.Column]
		switch {
		case src == nil && f.Nullable:
		case !found:
			values[i], err = f.encode(reflect.New(f.Type).Elem())
		default:
			values[i], err = f.decode(src)
		}
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

// decode returns the value that encoding/json wrote as src.
func (f *Field) decode(src any) (value any, err error) {
	var ok bool
	switch f.Kind {
	case Bool:
		value, ok = toBool(src)
	case Int:
		value, ok = toInt64(src)
	case Float:
		value, ok = toFloat(src)
	case Time:
		value, ok = toTime(src)
	case Bytes:
		var s string
		if s, ok = src.(string); ok {
			value, err = base64.StdEncoding.DecodeString(s)
			ok = err == nil
		}
	default:
		value, ok = src.(string)
	}
	if !ok {
		return nil, f.newMismatch(src, f.Type)
	}
	return value, nil
}
