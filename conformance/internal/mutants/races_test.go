package mutants

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/tenon-go/tenon/conformance"
)

var races = flag.Int("races", 0, "judge each mutant of a race so many times, with nothing, a look at the context and a round trip between its steps, and fail unless all of them are caught")

// gaps are what TestRaces puts between the steps of a mutant.
var gaps = []struct {
	name string
	f    between
}{
	{"no pause", noGap},
	{"a look at the context", lookAtContext},
	{"a round trip", roundTrip},
}

// TestRaces counts how often the checks that race catch their mutants. It ends with a
// table of the counts.
func TestRaces(t *testing.T) {
	if *races == 0 {
		t.Skip("it takes minutes: run it with -v -races 20 after a change of a check that races")
	}
	table := raceTable{tries: *races}
	// Two races at a time would measure how busy the machine is.
	for column, gap := range gaps {
		for _, m := range raceMutants(gap.f) {
			t.Run(gap.name+"/"+m.Name, func(t *testing.T) {
				caught, by := 0, map[string]int{}
				for range *races {
					before := caught
					for _, check := range checksOf(m) {
						options := optionsOf(m)
						options.Match = func(name string) bool { return name == check }
						for _, r := range judge(t.Context(), t, m, options) {
							by[r.Check]++
							caught = before + 1
						}
					}
				}
				table.add(m, column, caught, by)
				if caught < *races {
					t.Errorf("%s caught it %d of %d times", m.Clause, caught, *races)
				}
			})
		}
	}
	t.Log("\n" + table.String())
}

// checksOf returns the checks, with the rich types, of the clause that a mutant names.
func checksOf(m Mutant) []string {
	return slices.DeleteFunc(conformance.Checks(m.Subject), func(name string) bool {
		return !m.names(name) || !strings.HasSuffix(name, "/rich")
	})
}

// raceTable says how many of a number of tries caught each mutant with each gap.
type raceTable struct {
	tries int
	rows  []*raceRow
}

type raceRow struct {
	mutant, clause string
	caught         []int          // for each gap, or -1 if -run left it out
	by             map[string]int // failures of each check, with all gaps
}

func (t *raceTable) add(m Mutant, gap, caught int, by map[string]int) {
	i := slices.IndexFunc(t.rows, func(r *raceRow) bool { return r.mutant == m.Name })
	if i < 0 {
		i = len(t.rows)
		t.rows = append(t.rows, &raceRow{mutant: m.Name, clause: m.Clause, caught: slices.Repeat([]int{-1}, len(gaps)), by: map[string]int{}})
	}
	row := t.rows[i]
	row.caught[gap] = caught
	for check, n := range by {
		row.by[check] += n
	}
}

// String returns the table with the mutants that were caught least often first.
func (t *raceTable) String() string {
	slices.SortStableFunc(t.rows, func(a, b *raceRow) int { return slices.Compare(a.caught, b.caught) })
	var b strings.Builder
	fmt.Fprintf(&b, "Times that a clause caught its mutant, of %d tries, with each gap between the mutant's steps.\n", t.tries)
	b.WriteString("The last column has the checks that failed, and how often, with all gaps.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, gap := range gaps {
		fmt.Fprintf(w, "%s\t", gap.name)
	}
	fmt.Fprint(w, "clause\tmutant\tchecks\n")
	sum, most := make([]int, len(gaps)), make([]int, len(gaps))
	for _, row := range t.rows {
		for gap, n := range row.caught {
			if n < 0 {
				fmt.Fprint(w, "-\t")
				continue
			}
			sum[gap], most[gap] = sum[gap]+n, most[gap]+t.tries
			fmt.Fprintf(w, "%d\t", n)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", row.clause, row.mutant, row.checks())
	}
	for gap := range gaps {
		fmt.Fprintf(w, "%d of %d\t", sum[gap], most[gap])
	}
	fmt.Fprint(w, "\tall\n")
	_ = w.Flush() // writes to a strings.Builder
	return b.String()
}

// checks lists the checks that failed, those that failed most often first.
func (r *raceRow) checks() string {
	var list []string
	names := slices.Sorted(maps.Keys(r.by))
	slices.SortStableFunc(names, func(a, b string) int { return r.by[b] - r.by[a] })
	for _, name := range names {
		list = append(list, fmt.Sprintf("%s %d", name, r.by[name]))
	}
	return strings.Join(list, ", ")
}

func TestRaceTable(t *testing.T) {
	table := raceTable{tries: 4}
	seldom := Mutant{Name: "m_seldom", Clause: "SWP-05"}
	table.add(Mutant{Name: "m_always", Clause: "CON-01"}, 0, 4, map[string]int{"one": 4})
	table.add(seldom, 0, 1, map[string]int{"one": 1})
	table.add(seldom, 2, 4, map[string]int{"one": 2, "another": 4})
	want := `Times that a clause caught its mutant, of 4 tries, with each gap between the mutant's steps.
The last column has the checks that failed, and how often, with all gaps.

no pause  a look at the context  a round trip  clause  mutant    checks
1         -                      4             SWP-05  m_seldom  another 4, one 3
4         -                      -             CON-01  m_always  one 4
5 of 8    0 of 0                 4 of 4                all
`
	if got := table.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
