package sqlstore

import (
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// row is the current row of a query.
type row interface{ Scan(into ...any) error }

// scanner is a sql.Scanner.
type scanner func(src any) error

// Scan calls the function.
func (f scanner) Scan(src any) error { return f(src) }

// Everything is scanned into scanners, those below and attr.Destination:
// database/sql's own conversions have the value in the text of their errors.

// textInto takes text that is not null.
func textInto(into *string) scanner {
	return func(src any) error {
		switch s := src.(type) {
		case string:
			*into = s
		case []byte:
			*into = string(s)
		default:
			return fmt.Errorf("the stored value (%T) is not text", src)
		}
		return nil
	}
}

// timeInto takes a time in any encoding that a dialect uses.
func timeInto(into *time.Time) scanner {
	return func(src any) error {
		t, ok := src.(time.Time)
		if ms, is := src.(int64); is {
			t, ok = time.UnixMilli(ms), true
		}
		if ok {
			*into, ok = attr.NormalTime(t)
		}
		if !ok {
			return fmt.Errorf("the stored value (%T) is not a time in years 1 to 9999", src)
		}
		return nil
	}
}

// boolInto takes the answer to EXISTS.
func boolInto(into *bool) scanner {
	return func(src any) error {
		switch b := src.(type) {
		case bool:
			*into = b
		case int64:
			*into = b != 0
		default:
			return fmt.Errorf("the answer (%T) is not a bool", src)
		}
		return nil
	}
}
