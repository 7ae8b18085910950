package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
)

// clauseCost is the total time of the checks of a clause. They may have run at the same
// time.
type clauseCost struct {
	clause string
	took   time.Duration
}

// costs lists the clauses whose checks took longest, up to nine tenths of the total
// time.
func (r Report) costs(p painter) string {
	var b strings.Builder
	for _, a := range r.Adapters {
		list := a.costs()
		var total, shown time.Duration
		for _, c := range list {
			total += c.took
		}
		words := []string{a.Name + ":"}
		for i, c := range list {
			if shown*10 >= total*9 {
				words = append(words, fmt.Sprintf("the other %d", len(list)-i), formatDuration(total-shown))
				break
			}
			shown += c.took
			words = append(words, c.clause+"\u00a0"+formatDuration(c.took)+",")
		}
		if total > 0 {
			words[len(words)-1] = strings.TrimSuffix(words[len(words)-1], ",")
			b.WriteString(strings.ReplaceAll(p.wrap("  ", words), "\u00a0", " "))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "Total time of the checks of each clause\n" + b.String() + "\n"
}

// races says in how many rounds the calls of each adapter raced each other. A store with
// few rounds had few chances to show a race.
func (r Report) races(p painter) string {
	var b strings.Builder
	for _, a := range r.Adapters {
		rounds, checks := 0, 0
		for _, result := range a.Results {
			if result.Rounds > 0 {
				rounds += result.Rounds
				checks++
			}
		}
		if checks > 0 {
			b.WriteString(p.wrap("  ", []string{a.Name + ":", fmt.Sprint(rounds), "in", countChecks(checks)}))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "Rounds in which calls raced each other\n" + b.String() + "\n"
}

// costs returns the clauses that ran, the slowest first.
func (a Adapter) costs() []clauseCost {
	took := map[string]time.Duration{}
	for _, r := range a.Results {
		if r.Duration > 0 {
			took[r.Clause] += r.Duration
		}
	}
	var list []clauseCost
	for _, c := range conformance.Clauses() {
		if took[c.ID] > 0 {
			list = append(list, clauseCost{c.ID, took[c.ID]})
		}
	}
	slices.SortStableFunc(list, func(a, b clauseCost) int { return cmp.Compare(b.took, a.took) })
	return list
}

// tookOf returns the total time of checks, or "" if it is less than half a millisecond.
func tookOf(results []conformance.Result) string {
	var took time.Duration
	for _, r := range results {
		took += r.Duration
	}
	if took < time.Millisecond/2 {
		return ""
	}
	return formatDuration(took)
}
