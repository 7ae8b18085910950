package mysql

import (
	"encoding/hex"
	"strconv"
)

// literal writes a value as it stands in a statement. Text and bytes are
// hexadecimal: there is nothing in them to escape, in any sql_mode or character
// set, and text is UTF-8 whatever the session's character set.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return "_utf8mb4 X'" + hex.EncodeToString([]byte(v)) + "'"
	case []byte:
		return "X'" + hex.EncodeToString(v) + "'"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'e', -1, 64) // with an exponent: without one it would be a DECIMAL
	case bool:
		if v {
			return "TRUE"
		}
		return "FALSE"
	}
	return "NULL"
}
