package mutants

import (
	"flag"
	"strings"
	"testing"
)

var races = flag.Int("races", 0, "judge each mutant of a race so many times, with nothing, a look at the context and a round trip between its steps, and fail unless all of them are caught")

// TestRaces counts how often the checks that race catch their mutants.
func TestRaces(t *testing.T) {
	if *races == 0 {
		t.Skip("it takes minutes: run it with -races 20 after a change of a check that races")
	}
	// Running two at a time, as in a run of the suite, would measure how busy the machine is.
	for _, gap := range []struct {
		name string
		f    between
	}{
		{"no pause", noGap},
		{"a look at the context", lookAtContext},
		{"a round trip", roundTrip},
	} {
		for _, m := range raceMutants(gap.f) {
			t.Run(gap.name+"/"+m.Name, func(t *testing.T) {
				m.Options.Match = func(name string) bool {
					return strings.HasPrefix(name, m.Clause+"/") && strings.HasSuffix(name, "/rich")
				}
				caught, by := 0, map[string]int{}
				for range *races {
					before := caught
					for _, r := range failures(t, m) {
						by[r.Check]++
						if r.Clause == m.Clause {
							caught = before + 1
						}
					}
				}
				t.Logf("caught %d of %d times: %v", caught, *races, by)
				if caught < *races {
					t.Errorf("%s caught it %d of %d times", m.Clause, caught, *races)
				}
			})
		}
	}
}
