package report

import (
	"slices"

	"github.com/tenon-go/tenon/conformance"
)

// failure is a failed check, with others that failed in the same way.
type failure struct {
	conformance.Result
	More []conformance.Result
}

// folded returns the failed checks of an adapter, one per kind.
func (a Adapter) folded() []failure {
	var list []failure
	for _, r := range a.Results {
		if r.Outcome != conformance.Failed {
			continue
		}
		like := func(f failure) bool { return f.Kind == r.Kind && r.Kind != "" }
		if i := slices.IndexFunc(list, like); i >= 0 {
			list[i].More = append(list[i].More, r)
		} else {
			list = append(list, failure{Result: r})
		}
	}
	return list
}

// shortfall is a reason why checks neither passed nor failed.
type shortfall struct {
	Outcome conformance.Outcome
	Reason  string
	Checks  []conformance.Result
}

// shortfalls returns the reasons for one outcome, without duplicates, in the order in
// which they first occur.
func (a Adapter) shortfalls(o conformance.Outcome) []shortfall {
	var list []shortfall
	for _, r := range a.Results {
		if r.Outcome != o {
			continue
		}
		i := slices.IndexFunc(list, func(s shortfall) bool { return s.Reason == r.Output })
		if i < 0 {
			i, list = len(list), append(list, shortfall{Outcome: o, Reason: r.Output})
		}
		list[i].Checks = append(list[i].Checks, r)
	}
	return list
}

// shortOutcomes are the outcomes whose reasons a report shows.
var shortOutcomes = []conformance.Outcome{conformance.NotRun, conformance.Warned, conformance.Waived, conformance.NotOffered}

func (a Adapter) allShortfalls() []shortfall {
	var list []shortfall
	for _, o := range shortOutcomes {
		list = append(list, a.shortfalls(o)...)
	}
	return list
}
