package memory

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The attributes of a row are packed into one string of cells, one for each attribute,
// in the order of the columns. A cell is the length of its content plus one, as a
// varint, followed by the content. Null is the length 0 without content.
//
// For the garbage collector such a row is a single object without pointers. Because
// strings are immutable, a reader can be given parts of the row without a copy, and
// can keep them after the row was replaced.

// appendCells appends the cells of values of the types that spec.Adapter lists.
func appendCells(row []byte, values []any) []byte {
	for _, v := range values {
		row = appendCell(row, v)
	}
	return row
}

// appendChanged appends the cells with a change applied.
func appendChanged(row []byte, cells string, change spec.Change) []byte {
	for place, next := 0, 0; cells != ""; place++ {
		size, rest := cutCell(cells)
		if next < len(change.Places) && change.Places[next] == place {
			row = appendCell(row, change.Values[next])
			next++
		} else {
			row = append(row, cells[:size]...)
		}
		cells = rest
	}
	return row
}

func appendCell(row []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return append(appendLength(row, len(v)), v...)
	case []byte:
		return append(appendLength(row, len(v)), v...)
	case bool:
		if v {
			return append(appendLength(row, 1), 1)
		}
		return append(appendLength(row, 1), 0)
	case int64:
		return appendInteger(appendLength(row, 8), v)
	case float64:
		return appendInteger(appendLength(row, 8), int64(math.Float64bits(v)))
	case time.Time:
		return appendInteger(appendLength(row, 8), v.UnixMilli())
	}
	return append(row, 0)
}

func appendLength(row []byte, length int) []byte {
	return binary.AppendUvarint(row, uint64(length)+1)
}

func appendInteger(row []byte, n int64) []byte {
	return binary.LittleEndian.AppendUint64(row, uint64(n))
}

// integer returns the integer that appendInteger appended.
func integer(content string) int64 {
	_ = content[7]
	return int64(uint64(content[0]) | uint64(content[1])<<8 | uint64(content[2])<<16 | uint64(content[3])<<24 |
		uint64(content[4])<<32 | uint64(content[5])<<40 | uint64(content[6])<<48 | uint64(content[7])<<56)
}

// nextCell returns the content of the first cell, whether it is null, and the cells
// after it.
func nextCell(cells string) (content string, null bool, rest string) {
	length, start := uint64(cells[0]), 1
	if length >= 0x80 {
		length &= 0x7f
		for shift := 7; ; shift += 7 {
			b := cells[start]
			start++
			length |= uint64(b&0x7f) << shift
			if b < 0x80 {
				break
			}
		}
	}
	if length == 0 {
		return "", true, cells[1:]
	}
	end := start + int(length) - 1
	return cells[start:end], false, cells[end:]
}

// cutCell returns the size of the first cell and the cells after it.
func cutCell(cells string) (size int, rest string) {
	_, _, rest = nextCell(cells)
	return len(cells) - len(rest), rest
}

// cellAt returns the content of the cell at an index, and whether it is null.
func cellAt(cells string, place int) (content string, null bool) {
	for ; place > 0; place-- {
		_, cells = cutCell(cells)
	}
	content, null, _ = nextCell(cells)
	return content, null
}

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
func fill(pointers []any, cells string, kinds []attr.Kind) error {
	for i, pointer := range pointers {
		content, null, rest := nextCell(cells)
		cells = rest
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
