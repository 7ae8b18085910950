package memory

import (
	"math"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// decode returns the value of this kind in a cell.
func decode(kind attr.Kind, content string) any {
	switch kind {
	case attr.Bool:
		return content[0] == 1
	case attr.Int:
		return integer(content)
	case attr.Float:
		return float(content)
	case attr.Time:
		return instant(integer(content))
	case attr.Bytes:
		return []byte(content)
	}
	return content
}

func float(content string) float64 { return math.Float64frombits(uint64(integer(content))) }

// instant returns the time that is this many milliseconds after 1970.
func instant(milliseconds int64) time.Time { return time.UnixMilli(milliseconds).UTC() }

// fill sets the variables that pointers point to, like attr.Set, to the values of the
// cells. Kinds are those of the columns. The types in the switch are set without
// converting the value to an interface.
func fill(pointers []any, cells cellReader, kinds []attr.Kind) error {
	for i, pointer := range pointers {
		content, null := cells.next()
		var err error
		if null {
			err = attr.Set(pointer, nil)
		} else {
			switch p := pointer.(type) {
			case *string:
				*p = content
			case *int:
				*p = int(integer(content))
			case *int64:
				*p = integer(content)
			case *bool:
				*p = content[0] == 1
			case *float64:
				*p = float(content)
			case *time.Time:
				*p = instant(integer(content))
			case *[]byte:
				*p = []byte(content)
			case **string:
				*p = new(content)
			case **time.Time:
				*p = new(instant(integer(content)))
			default:
				err = attr.Set(p, decode(kinds[i], content))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// kindsOf returns the kinds of columns.
func kindsOf(fields []attr.Field) []attr.Kind {
	kinds := make([]attr.Kind, len(fields))
	for i := range fields {
		kinds[i] = fields[i].Kind
	}
	return kinds
}
