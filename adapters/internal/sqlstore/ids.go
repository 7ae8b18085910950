package sqlstore

import (
	"math"
	"strconv"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// IDs describes how ids are stored in a column. In Go they are strings for every type of
// column, and each id has only one string. An engine would also find the row 42 for "042",
// so no other string must be sent to it.
type IDs struct {
	Kind   attr.Kind                                // kind of the column
	Max    int                                      // as in Column
	Valid  func(id string) bool                     // reports whether id is the string of an id that the column can hold
	Encode func(id string) any                      // returns a valid id as a parameter; nil if it is passed unchanged
	Decode func(stored any) (id string, valid bool) // returns the id of a stored value; nil if every text is an id
}

// UUID is the kind of a column with the engine's own type for UUIDs. No attribute has this
// kind.
const UUID attr.Kind = -1

// TextIDs are arbitrary text.
var TextIDs = &IDs{Kind: attr.String, Max: spec.MaxIDBytes, Valid: spec.ValidID}

// UnknownIDs stand for a kind of ids that does not exist: [Tables] with them are refused.
var UnknownIDs = &IDs{}

// IntegerIDs are 64-bit integers in decimal.
var IntegerIDs = &IDs{
	Kind: attr.Int,
	Valid: func(id string) bool {
		n, err := strconv.ParseInt(id, 10, 64)
		return err == nil && strconv.FormatInt(n, 10) == id
	},
	Encode: func(id string) any {
		n, _ := strconv.ParseInt(id, 10, 64) // the id is valid
		return n
	},
	Decode: func(stored any) (string, bool) {
		n, ok := stored.(int64)
		if u, unsigned := stored.(uint64); unsigned {
			n, ok = int64(u), u <= math.MaxInt64
		}
		return strconv.FormatInt(n, 10), ok
	},
}

// UUIDs returns ids that are UUIDs with lower-case digits. The column has this kind, and
// accepts and returns them as text.
func UUIDs(kind attr.Kind) *IDs {
	const size = len("00000000-0000-0000-0000-000000000000")
	return &IDs{
		Kind: kind, Max: size, Valid: validUUID,
		Decode: func(stored any) (id string, valid bool) {
			return id, attr.Set(&id, stored) == nil && validUUID(id)
		},
	}
}

func validUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// encode returns a valid id as a parameter.
func (k *IDs) encode(id string) any {
	if k.Encode == nil {
		return id
	}
	return k.Encode(id)
}
