package report

import (
	"strings"
	"testing"
)

// A bar that is far longer than Tenon's is cut off and marked. The base has no bar.
func TestChart(t *testing.T) {
	e := Engine{
		Title: "A & B", Base: "raw",
		Competitors: []Competitor{{Name: "Tenon"}, {Name: "raw"}, {Name: "slow"}},
		Calls: []Call{{Name: "Session", Figures: []Figure{
			{Competitor: "Tenon", Ratio: Ratio{1.2, 1.1, 1.4}},
			{Competitor: "raw", Ratio: Ratio{1, 1, 1}},
			{Competitor: "slow", Ratio: Ratio{40, 30, 50}},
		}}},
	}
	chart := e.chart()
	for _, want := range []string{">40.00 →<", ">1.20<", ">raw = 1<", "A &amp; B"} {
		if !strings.Contains(chart, want) {
			t.Errorf("%s is missing in %s", want, chart)
		}
	}
	if n := strings.Count(chart, `<rect class="bar`); n != 2 {
		t.Errorf("got %d bars, want 2: of all but the base", n)
	}
}

func TestNumbers(t *testing.T) {
	for got, want := range map[string]string{
		thousands(999): "999", thousands(20_000): "20,000", thousands(1_000_000): "1,000,000",
		micros(0.347): "0.35", micros(12.34): "12.3", micros(123.4): "123",
		Ratio{1.155, 1, 2}.String(): "1.16 [1.00, 2.00]",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
