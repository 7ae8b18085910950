package mysql

import (
	"encoding/hex"
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// binaryUUIDs are UUIDs in columns of sixteen bytes.
var binaryUUIDs = &sqlstore.IDs{
	Kind:  attr.Bytes,
	Max:   16,
	Valid: sqlstore.UUIDs(attr.Bytes).Valid,
	Encode: func(id string) any {
		b, _ := hex.DecodeString(strings.ReplaceAll(id, "-", "")) // the id is valid
		return b
	},
	Decode: func(stored any) (string, bool) {
		b, ok := stored.([]byte)
		if !ok || len(b) != 16 {
			return "", false
		}
		digits := hex.EncodeToString(b)
		return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-"), true
	},
}
