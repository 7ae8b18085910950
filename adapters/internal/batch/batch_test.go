package batch

import (
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	const aim = 10 * time.Millisecond
	for _, c := range []struct {
		name string
		rows int64
		took time.Duration
		want int64
	}{
		{"as long as it should", 200, aim, 200},
		{"a little too long", 200, aim * 5 / 4, 160},
		{"much too long: half", 200, time.Second, 100},
		{"a little too short", 200, aim * 4 / 5, 250},
		{"much too short: twice", 200, time.Microsecond, 400},
		{"a clock that did not move", 200, 0, 400},
		{"a clock that was put back", 200, -time.Second, 400},
		{"never fewer", least, time.Hour, least},
		{"never more", most, time.Nanosecond, most},
	} {
		if got := Size(c.rows, c.took, aim); got != c.want {
			t.Errorf("%s: %d rows in %v: got %d, want %d", c.name, c.rows, c.took, got, c.want)
		}
	}
}

// On an engine of any speed the batches of a sweep come to the aim, where the
// bounds allow it, and stay there.
func TestSizeSettles(t *testing.T) {
	const aim = 10 * time.Millisecond
	for _, perRow := range []time.Duration{15 * time.Microsecond, 140 * time.Microsecond, 330 * time.Microsecond} {
		const roundTrip = time.Millisecond
		rows := int64(First)
		for range 8 {
			rows = Size(rows, roundTrip+time.Duration(rows)*perRow, aim)
		}
		took := roundTrip + time.Duration(rows)*perRow
		if took < aim*9/10 || took > aim*11/10 {
			t.Errorf("%v a row: batches of %d rows take %v, want about %v", perRow, rows, took, aim)
		}
	}
}
