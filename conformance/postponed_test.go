package conformance

import (
	"testing"
	"time"
)

// An adapter whose store expires rows is given later times, and every time that a check
// uses is restored.
func TestPostponedComesBack(t *testing.T) {
	now := time.Now()
	for _, list := range [][]moment{cutMoments(), oldAndNewMoments(), zonedMoments()} {
		for _, m := range list {
			later := postpone(m.put)
			if later.Before(now) {
				t.Errorf("%s is kept as %s, which is past", m.put, later)
			}
			if back := restore(later); !back.Equal(m.put) || back.Location() != m.put.Location() {
				t.Errorf("%s came back as %s", m.put, back)
			}
		}
	}
	if n := noon; postpone(n).Format(time.RFC1123) != n.AddDate(2400, 0, 0).Format(time.RFC1123) {
		t.Errorf("%s is kept as %s, want the same day of the week 2400 years later", n, postpone(n))
	}
	for _, invalid := range farTimes {
		if !postpone(invalid).Equal(invalid) {
			t.Errorf("%s is no valid time and became %s", invalid, postpone(invalid))
		}
	}
}
