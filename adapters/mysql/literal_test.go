package mysql

import (
	"math"
	"testing"
)

func TestLiteral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "NULL"},
		{"", "_utf8mb4 X''"},
		{"a'b\\ß", "_utf8mb4 X'6127625cc39f'"},
		{[]byte{}, "X''"},
		{[]byte{0, 255}, "X'00ff'"},
		{int64(math.MinInt64), "-9223372036854775808"},
		{0.1, "1e-01"}, // with an exponent, or it is a DECIMAL
		{math.MaxFloat64, "1.7976931348623157e+308"},
		{math.SmallestNonzeroFloat64, "5e-324"},
		{true, "TRUE"},
		{false, "FALSE"},
	} {
		if got := literal(c.v); got != c.want {
			t.Errorf("%v: got %s, want %s", c.v, got, c.want)
		}
	}
}
