package mongo

import (
	"math"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
)

// idType is the stored type of ids, which are strings in Go. Each id has only one string,
// because an id must not be found by another one.
type idType struct {
	name  string
	types []string // the BSON types that can be read

	encode func(id string) (value any, valid bool)
	decode func(stored bson.RawValue) (id string, valid bool)
}

var stringIDs = idType{
	name: "string", types: []string{"string"},
	encode: func(id string) (any, bool) { return id, spec.ValidID(id) },
	decode: func(stored bson.RawValue) (string, bool) { return stored.StringValueOK() },
}

var objectIDs = idType{
	name: "objectId", types: []string{"objectId"},
	encode: func(id string) (any, bool) {
		oid, err := bson.ObjectIDFromHex(id)
		return oid, err == nil && oid.Hex() == id
	},
	decode: func(stored bson.RawValue) (string, bool) {
		oid, ok := stored.ObjectIDOK()
		return oid.Hex(), ok
	},
}

// integerIDs are written as long. They can also be read as int and as whole doubles, which
// the server compares by value.
var integerIDs = idType{
	name: "long", types: []string{"long", "int", "double"},
	encode: func(id string) (any, bool) {
		n, err := strconv.ParseInt(id, 10, 64)
		return n, err == nil && strconv.FormatInt(n, 10) == id
	},
	decode: func(stored bson.RawValue) (string, bool) {
		n, ok := stored.AsInt64OK()
		if x, isDouble := stored.DoubleOK(); isDouble {
			n, ok = int64(x), x == math.Trunc(x) && math.Abs(x) < 1<<53
		}
		return strconv.FormatInt(n, 10), ok
	},
}
