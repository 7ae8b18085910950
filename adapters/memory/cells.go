package memory

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// The attributes of a row are packed into one string of cells, one for each attribute,
// in the order of the columns. The string has three parts:
//
//   - the size of the head, as a varint
//   - the head: for each cell the length of its content plus one, as a varint, followed
//     by the content if it is short, as every number and time is; null is the length 0
//   - the tail: the other contents
//
// For the garbage collector such a row is a single object without pointers. Because
// strings are immutable, a reader can be given parts of the row without a copy, and
// can keep them after the row was replaced. A read gets along with the head, which is
// usually in one cache line with the id that the map has compared.

// short is the longest content in the head.
const short = 8

// packer packs cells.
type packer struct{ head, tail []byte }

// appendCells appends the cells of values of the types that spec.Adapter lists.
func appendCells(row []byte, values []any) []byte {
	p := packer{make([]byte, 0, 128), make([]byte, 0, 384)}
	for _, v := range values {
		p = p.add(v)
	}
	return p.appendTo(row)
}

// appendChanged appends the cells with a change applied.
func appendChanged(row []byte, cells string, change spec.Change) []byte {
	p := packer{make([]byte, 0, 128), make([]byte, 0, 384)}
	r := readCells(cells)
	for place, next := 0, 0; r.head != ""; place++ {
		content, null := r.next()
		switch {
		case next < len(change.Places) && change.Places[next] == place:
			p = p.add(change.Values[next])
			next++
		case null:
			p = p.add(nil)
		default:
			p = addContent(p, content)
		}
	}
	return p.appendTo(row)
}

// add returns p with the cell of a value.
func (p packer) add(value any) packer {
	switch v := value.(type) {
	case string:
		return addContent(p, v)
	case []byte:
		return addContent(p, v)
	case bool:
		var content byte
		if v {
			content = 1
		}
		p.head = append(p.head, 1+1, content)
	case int64:
		return p.addInteger(v)
	case float64:
		return p.addInteger(int64(math.Float64bits(v)))
	case time.Time:
		return p.addInteger(v.UnixMilli())
	default:
		p.head = append(p.head, 0)
	}
	return p
}

func (p packer) addInteger(n int64) packer {
	p.head = appendInteger(append(p.head, 8+1), n)
	return p
}

func addContent[T string | []byte](p packer, content T) packer {
	p.head = binary.AppendUvarint(p.head, uint64(len(content))+1)
	if len(content) <= short {
		p.head = append(p.head, content...)
	} else {
		p.tail = append(p.tail, content...)
	}
	return p
}

func (p packer) appendTo(row []byte) []byte {
	row = binary.AppendUvarint(row, uint64(len(p.head)))
	return append(append(row, p.head...), p.tail...)
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

// cellReader reads one cell after the other. Its head and tail are those of the cells
// that it has not read.
type cellReader struct{ head, tail string }

func readCells(cells string) cellReader {
	size, rest := cutLength(cells)
	return cellReader{rest[:size], rest[size:]}
}

// next returns the content of the next cell, and whether it is null.
func (r *cellReader) next() (content string, null bool) {
	length, head := cutLength(r.head)
	if length == 0 {
		r.head = head
		return "", true
	}
	length--
	if length <= short {
		content, r.head = head[:length], head[length:]
	} else {
		content, r.tail = r.tail[:length], r.tail[length:]
		r.head = head
	}
	return content, false
}

// cutLength returns the varint at the beginning of s and what follows it.
func cutLength(s string) (length int, rest string) {
	length, start := int(s[0]), 1
	if length >= 0x80 {
		length &= 0x7f
		for shift := 7; ; shift += 7 {
			b := s[start]
			start++
			length |= int(b&0x7f) << shift
			if b < 0x80 {
				break
			}
		}
	}
	return length, s[start:]
}

// cellAt returns the content of the cell at an index, and whether it is null.
func cellAt(cells string, place int) (content string, null bool) {
	r := readCells(cells)
	return r.at(place)
}

// at returns the content of the cell that is place cells after the next one, and whether
// it is null.
func (r cellReader) at(place int) (content string, null bool) {
	for ; place > 0; place-- {
		r.next()
	}
	return r.next()
}
