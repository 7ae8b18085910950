package attr

import (
	"strconv"
	"time"
)

// Text returns a stored value as text. The value is one that [Schema.Values] or
// [Schema.Unique] returned, and [Set] accepts the text in its place. Text is for
// stores that keep only text, and for indexes that a store maintains itself: for
// one unique attribute, two texts are equal if and only if the values are.
//
// Strings, JSON and bytes are unchanged. A bool is 0 or 1, an integer is decimal, a
// float has as many digits as identify it, and a time is in milliseconds since 1970.
// The text of nil is empty, like that of the empty string.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return strconv.FormatInt(v.UnixMilli(), 10)
	}
	return ""
}
