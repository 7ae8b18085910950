package measure

import (
	"math"
	"slices"
	"time"

	"github.com/tenon-go/tenon/bench/report"
)

// quantile returns the q-th quantile of sorted values. It interpolates between the two
// nearest.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := math.Floor(at)
	v := sorted[int(low)]
	if rest := at - low; rest > 0 {
		v += rest * (sorted[int(low)+1] - v)
	}
	return v
}

// quartiles returns the median and the quartiles of at least one value.
func quartiles(values []float64) report.Ratio {
	sorted := slices.Sorted(slices.Values(values))
	return report.Ratio{Median: quantile(sorted, 0.5), Q1: quantile(sorted, 0.25), Q3: quantile(sorted, 0.75)}
}

// latencyOf sorts the times of single calls and returns their quantiles.
func latencyOf(took []time.Duration) report.Latency {
	slices.Sort(took)
	at := func(q float64) float64 { return round(float64(took[int(q*float64(len(took)-1))].Nanoseconds()) / 1000) }
	return report.Latency{Calls: len(took), Median: at(0.5), P99: at(0.99)}
}

// sample is one slice: the means of its calls, in microseconds.
type sample struct{ took, cpu float64 }

// summarize returns the figure of one competitor from its samples and from those of the
// base, which are of the same rounds.
func summarize(own, base []sample) report.Figure {
	var f report.Figure
	var took, ratios []float64
	var cpu, baseCPU float64
	for i := range own {
		took, ratios = append(took, own[i].took), append(ratios, own[i].took/base[i].took)
		cpu, baseCPU = cpu+own[i].cpu, baseCPU+base[i].cpu
	}
	r := quartiles(ratios)
	f.Ratio = report.Ratio{Median: round(r.Median), Q1: round(r.Q1), Q3: round(r.Q3)}
	f.Micros = round(quartiles(took).Median)
	f.CPUMicros = round(cpu / float64(len(own)))
	if baseCPU > 0 {
		f.CPURatio = round(cpu / baseCPU)
	}
	return f
}

// round rounds to three decimal places, which is more than the clock's precision.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }
