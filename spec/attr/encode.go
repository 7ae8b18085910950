package attr

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Encode returns the attributes of v as one JSON object, by column: for stores
// that keep a row as one value. Bytes are base64, times are integer
// milliseconds since 1970, JSON kinds are strings of JSON. A value that no
// store could hold, or that is too long, is a *ValueError.
func (s *Schema[T]) Encode(v T) ([]byte, error) {
	values, err := s.Values(v, All[T]())
	if err != nil {
		return nil, err
	}
	row := make(map[string]any, len(values))
	for i, f := range s.fields {
		switch value := values[i].(type) {
		case time.Time:
			row[f.Column] = value.UnixMilli()
		default:
			row[f.Column] = value // json writes []byte as base64
		}
	}
	return json.Marshal(row)
}

// Decode sets *v to what [Schema.Encode] wrote. A column that is missing, as
// in rows from before the attribute was added, leaves the zero value; one that
// the schema does not have is ignored. On error, which holds no value, *v is as
// it was.
func (s *Schema[T]) Decode(data []byte, v *T) error {
	var row map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err := decoder.Decode(&row)
	if _, rest := decoder.Token(); err != nil || row == nil || rest != io.EOF {
		// The errors' text may hold values.
		return fmt.Errorf("attributes of %s: not one JSON object", s.name)
	}
	var fresh T
	for i, d := range s.Destinations(&fresh) {
		value, there := row[s.fields[i].Column]
		if !there {
			continue
		}
		if text, ok := value.(string); ok && s.fields[i].Kind == Bytes {
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return s.fields[i].unfit(value, s.fields[i].Type)
			}
			value = b
		}
		if err := d.Scan(value); err != nil {
			return err
		}
	}
	*v = fresh
	return nil
}
