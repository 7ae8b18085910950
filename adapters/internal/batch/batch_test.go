package batch

import (
	"testing"
	"time"
)

func TestTook(t *testing.T) {
	const aim = 10 * time.Millisecond
	for _, c := range []struct {
		name   string
		before Sizer
		took   time.Duration
		want   int64
	}{
		{"as long as it should", Sizer{rows: 200}, aim, 200},
		{"a little too long", Sizer{rows: 200}, aim * 5 / 4, 160},
		{"much too long: half", Sizer{rows: 200}, time.Second, 100},
		{"a little too short", Sizer{rows: 200}, aim * 4 / 5, 250},
		{"much too short: twice", Sizer{rows: 200}, time.Microsecond, 400},
		{"much too short on a server, after one too long", Sizer{rows: 200, late: true}, time.Microsecond, 400},
		{"much too short in a file", Sizer{rows: 200, checkpoints: true}, time.Microsecond, 400},
		{"much too short in a file, after one too long: a quarter more", Sizer{rows: 200, checkpoints: true, late: true}, time.Microsecond, 250},
		{"a little too short in a file, after one too long", Sizer{rows: 200, checkpoints: true, late: true}, aim * 9 / 10, 222},
		{"a clock that did not move", Sizer{rows: 200}, 0, 400},
		{"a clock that was put back", Sizer{rows: 200}, -time.Second, 400},
		{"never fewer", Sizer{rows: least}, time.Hour, least},
		{"never more", Sizer{rows: most}, time.Nanosecond, most},
	} {
		s := c.before
		s.aim = aim
		s.Took(c.before.rows, c.took)
		if got := s.Rows(); got != c.want {
			t.Errorf("%s: %d rows in %v: got %d, want %d", c.name, c.before.rows, c.took, got, c.want)
		}
	}
}

// A batch with fewer rows than it could have, such as the last one of a part of a store,
// does not tell how long a full one takes.
func TestFewer(t *testing.T) {
	s := Sizer{aim: time.Second, rows: 200}
	for _, took := range []time.Duration{time.Microsecond, time.Hour} {
		if s.Took(199, took); s.Rows() != 200 {
			t.Errorf("after 199 rows in %v: %d rows, want 200", took, s.Rows())
		}
	}
}

// On an engine of any speed the batches of a sweep come to the aim, where the
// bounds allow it, and stay there.
func TestSettles(t *testing.T) {
	const aim = 10 * time.Millisecond
	for _, perRow := range []time.Duration{15 * time.Microsecond, 140 * time.Microsecond, 330 * time.Microsecond} {
		for _, checkpoints := range []bool{false, true} {
			const roundTrip = time.Millisecond
			batches := &Sizer{aim: aim, rows: least, checkpoints: checkpoints}
			for range 8 {
				batches.Took(batches.Rows(), roundTrip+time.Duration(batches.Rows())*perRow)
			}
			rows := batches.Rows()
			took := roundTrip + time.Duration(rows)*perRow
			if took < aim*9/10 || took > aim*11/10 {
				t.Errorf("%v a row: batches of %d rows take %v, want about %v", perRow, rows, took, aim)
			}
		}
	}
}

// A checkpoint after every 250 rows takes longer than a batch should. The batch with the
// checkpoint is not much larger than the others.
func TestCheckpoints(t *testing.T) {
	const perRow, checkpoint = 45 * time.Microsecond, 20 * time.Millisecond
	batches := InFile()
	var since int64
	for n := range 100 {
		rows := batches.Rows()
		took := time.Duration(rows) * perRow
		if since += rows; since >= 250 {
			since, took = 0, took+checkpoint
			if n > 10 && rows > 180 {
				t.Fatalf("batch %d has a checkpoint and %d rows, want at most 180", n, rows)
			}
		}
		batches.Took(rows, took)
	}
}

// A batch on a server takes at most 10 ms, also if its rows take three times as long as
// those of the batch before.
func TestLongest(t *testing.T) {
	const roundTrip, longest = 100 * time.Microsecond, 10 * time.Millisecond
	for name, open := range map[string]func() *Sizer{"OnServer": OnServer, "InScript": InScript} {
		for _, perRow := range []time.Duration{8 * time.Microsecond, 15 * time.Microsecond, 45 * time.Microsecond, 90 * time.Microsecond} {
			for every := 2; every < 6; every++ {
				batches := open()
				for n := range 100 {
					rows := batches.Rows()
					took := roundTrip + time.Duration(rows)*perRow
					if n%every == 0 {
						took += 2 * time.Duration(rows) * perRow
					}
					if took > longest {
						t.Fatalf("%s, %v a row: batch %d has %d rows and takes %v, want at most %v", name, perRow, n, rows, took, longest)
					}
					batches.Took(rows, took)
				}
			}
		}
	}
}
