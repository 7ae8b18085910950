package conformance

import (
	"testing"
	"time"
)

// A check that begins at any time and hangs is abandoned before the process ends, and
// there is time left for the report.
func TestLimits(t *testing.T) {
	now := time.Now()
	for _, whole := range []time.Duration{time.Second, 8 * time.Second, time.Minute, 10 * time.Minute, time.Hour} {
		for _, watchdog := range []time.Duration{100 * time.Millisecond, 2 * time.Minute} {
			l := limits{watchdog: watchdog}
			end := now.Add(whole)
			l.before(now, end)
			for at := now; at.Before(end); at = at.Add(whole / 64) {
				allowed, grace := l.remaining(at)
				if allowed > watchdog || grace > mostGrace || grace <= 0 {
					t.Fatalf("%s of %s: %s and %s", at.Sub(now), whole, allowed, grace)
				}
				if spare := end.Sub(at.Add(allowed + grace)); allowed > 0 && spare < l.spare/2 {
					t.Errorf("a check that begins %s into %s may take %s and %s: %s are left", at.Sub(now), whole, allowed, grace, spare)
				}
			}
		}
	}
	forEver := limits{watchdog: time.Minute}
	if watchdog, grace := forEver.remaining(now); watchdog != time.Minute || grace != mostGrace {
		t.Errorf("without a deadline: %s and %s", watchdog, grace)
	}
}
