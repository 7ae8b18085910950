package attr

import (
	"strconv"
	"time"
)

// Text returns a stored value, as [Schema.Values] and [Schema.Unique] give it,
// as text, which [Set] makes the value of again. Text, JSON and bytes are
// themselves, a bool is 0 or 1, integers are decimal, a float has the digits that
// tell it from others, times are milliseconds since 1970. It is for stores that keep text only, and
// for indexes that a store keeps itself: of one unique attribute, equal values
// have equal texts, and different values different ones. A nil has no text; its
// text is empty, as that of the empty string is.
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
