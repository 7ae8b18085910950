package sqlstore

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// IDs is how ids are kept in a column. In Go they are strings, whatever the
// column holds, and each has one text only: an engine would find the row 42 for
// "042", too, so nothing but that text may reach it.
type IDs struct {
	Kind   attr.Kind                                // of the column
	Max    int                                      // as in Column
	Valid  func(id string) bool                     // reports whether it is the text of an id that the column can hold
	Encode func(id string) any                      // a valid id as a parameter
	Decode func(stored any) (id string, valid bool) // the other way
}

// UUID is the kind of a column of the engine's own type for UUIDs. No
// attribute has it.
const UUID attr.Kind = -1

// TextIDs are ids of any text.
var TextIDs = &IDs{
	Kind: attr.String, Max: spec.MaxIDBytes, Valid: spec.ValidID, Encode: asText, Decode: isText,
}

// UnknownIDs stand for a kind of ids that there is not: [Tables] with them are refused.
var UnknownIDs = &IDs{}

// IntegerIDs are integers of 64 bits, in decimal.
var IntegerIDs = &IDs{
	Kind: attr.Int,
	Valid: func(id string) bool {
		n, err := strconv.ParseInt(id, 10, 64)
		return err == nil && strconv.FormatInt(n, 10) == id
	},
	Encode: func(id string) any {
		n, _ := strconv.ParseInt(id, 10, 64) // it is valid
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

// UUIDs returns ids that are UUIDs with lower-case digits, in a column of this
// kind, which takes and gives them as text.
func UUIDs(kind attr.Kind) *IDs {
	const size = len("00000000-0000-0000-0000-000000000000")
	return &IDs{
		Kind: kind, Max: size, Valid: validUUID, Encode: asText,
		Decode: func(stored any) (string, bool) {
			id, ok := isText(stored)
			return id, ok && validUUID(id)
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

func asText(id string) any { return id }

func isText(stored any) (string, bool) {
	var id string
	err := textInto(&id)(stored)
	return id, err == nil
}

// column returns a column of such ids.
func (k *IDs) column(name string) Column {
	return Column{Name: name, Kind: k.Kind, Bytewise: k.Kind == attr.String, Max: k.Max}
}

// key returns an id as a parameter, or reports that no row can have it.
func (k *IDs) key(id string) (key any, ok bool) {
	if !k.Valid(id) {
		return nil, false
	}
	return k.Encode(id), true
}

// into takes an id that is not null.
func (k *IDs) into(into *string) scanner {
	return func(src any) error {
		id, ok := k.Decode(src)
		if !ok {
			return fmt.Errorf("the stored value (%T) is not an id as this adapter was told that they are kept", src)
		}
		*into = id
		return nil
	}
}
