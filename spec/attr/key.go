package attr

import (
	"strconv"
	"time"
)

// Key returns a stored value of a unique attribute, as [Schema.Values] and
// [Schema.Unique] give it, as text: equal for equal values of one attribute
// and different for different ones. It is for stores that keep an index of
// their own. Text and bytes are themselves, integers are decimal, times are
// milliseconds since 1970.
func Key(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return strconv.FormatInt(v.UnixMilli(), 10)
	}
	return ""
}
