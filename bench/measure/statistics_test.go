package measure

import (
	"testing"

	"github.com/tenon-go/tenon/bench/report"
)

func TestQuartiles(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   report.Ratio
	}{
		{[]float64{3}, report.Ratio{Median: 3, Q1: 3, Q3: 3}},
		{[]float64{5, 1, 3}, report.Ratio{Median: 3, Q1: 2, Q3: 4}},
		{[]float64{4, 1, 3, 2}, report.Ratio{Median: 2.5, Q1: 1.75, Q3: 3.25}},
		{[]float64{9, 9, 1, 5, 5, 5, 1, 9, 1}, report.Ratio{Median: 5, Q1: 1, Q3: 9}},
	} {
		if got := quartiles(test.values); got != test.want {
			t.Errorf("%v: got %v, want %v", test.values, got, test.want)
		}
	}
}

// The ratio is the median of the ratios within a round. That differs from the ratio of
// the medians (0.75 here) and from that of the sums.
func TestRatiosArePaired(t *testing.T) {
	own := []sample{{took: 10, cpu: 4}, {took: 200, cpu: 5}, {took: 30, cpu: 6}}
	base := []sample{{took: 10, cpu: 2}, {took: 100, cpu: 4}, {took: 40, cpu: 4}}
	want := report.Figure{
		Micros: 30, Ratio: report.Ratio{Median: 1, Q1: 0.875, Q3: 1.5},
		CPUMicros: 5, CPURatio: 1.5,
	}
	if got := summarize(own, base); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
