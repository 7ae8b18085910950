package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// luciaSession is a session of Lucia. Its id is the value of the cookie.
type luciaSession struct {
	ID          string
	UserID      string
	ActiveUntil time.Time // zero for Lucia 3, which has no such time
	ExpiresAt   time.Time
	Attributes  Session
}

// userID returns a user's id in Tenon's form. The drivers return integers, and UUIDs of a
// database's own type, as text. They return UUIDs of 16 bytes as bytes.
func userID(stored string) string {
	if len(stored) != 16 || utf8.ValidString(stored) && !strings.ContainsFunc(stored, unicode.IsControl) {
		return stored
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", stored[:4], stored[4:6], stored[6:8], stored[8:10], stored[10:])
}

// The columns of Lucia's tables by their meaning, in order of preference. Versions 1
// and 2 had active_expires and idle_expires, and version 3 has expires_at. The other
// names are those of Prisma's models.
var (
	userColumns    = []string{"user_id", "userId"}
	activeColumns  = []string{"active_expires", "activeExpires"}
	expiresColumns = []string{"idle_expires", "idleExpires", "expires_at", "expiresAt"}
)

// instant is a time in any form in which Lucia's adapters store one: a number of
// milliseconds or seconds since 1970, a time of the database, or a text, with an offset
// or in UTC.
type instant time.Time

// Scan implements sql.Scanner.
func (t *instant) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		return errors.New("NULL is not a time")
	case time.Time:
		*t = instant(v)
		return nil
	case int64:
		*t = instant(convertEpoch(v))
		return nil
	case uint64: // MySQL's BIGINT UNSIGNED
		return t.Scan(float64(v))
	case float64:
		*t = instant(convertEpoch(int64(v)))
		return nil
	case []byte:
		return t.Scan(string(v))
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return t.Scan(n)
		}
		for _, layout := range []string{time.RFC3339, time.DateTime, time.DateTime + "Z07", time.DateTime + "Z07:00", time.DateOnly} {
			if at, err := time.Parse(layout, v); err == nil {
				*t = instant(at)
				return nil
			}
		}
	}
	return fmt.Errorf("a %T that is not a time", value)
}

// convertEpoch distinguishes seconds from milliseconds: 10^11 is in the year 5138 as
// seconds, and in 1973 as milliseconds.
func convertEpoch(n int64) time.Time {
	if n < 1e11 {
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}
