package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func someScale() *Scale {
	return &Scale{Conditions: Conditions{Cores: 2}, Engines: []*Scaled{{
		Name: "a", Title: "A & B", Version: "1", Base: "raw",
		Sizes: []*Size{
			{Sessions: 100_000, Loaded: 110_000, Seconds: 3, Bytes: 400, GCClock: 7, GC: 12, Tenon: 50, Raw: 40, Ratio: Ratio{1.25, 1, 2}, Growth: Ratio{1, 1, 1}, RawGrowth: Ratio{1, 1, 1},
				Sweep: Sweep{Expired: 10_000, MicrosPerRow: 8.5, Batches: Waits{10, 1, 2, 3}, BatchesAlone: Waits{9, 0.5, 0.6, 0.7}, Alone: Waits{5, 0.1, 0.2, 0.3}, Beside: Waits{5, 4, 5, 6}},
				Crowd: []Crowd{{Call: "Session", On: "one session", Goroutines: 64, PerSecond: 12_345, Raw: Ratio{0.9, 0.8, 1}, One: Ratio{0.5, 0.4, 0.6}}}},
			{Sessions: 10_000_000, Loaded: 10_000_000, Load: 9, Tenon: 75, Raw: 80, Growth: Ratio{1.5, 1, 2}, RawGrowth: Ratio{2, 1, 3}},
		},
	}}}
}

// The page has every figure and its growth. The text around the figures stays.
func TestScalePage(t *testing.T) {
	files, err := someScale().Page("before <!-- figures --> old <!-- end --> after")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"before <!-- figures -->\n", "<!-- end --> after", "The machine was busy",
		"| A & B 1 | 100,000 | 110,000 | 3 | 400 | 50.0 | 1.25 [1.00, 2.00] | 1.00 [1.00, 1.00] | 1.00 [1.00, 1.00] | 0.0 |",
		"| A & B 1 | 10,000,000 | 10,000,000 | 0 | 0 | 75.0 | 0.00 [0.00, 0.00] | 1.50 [1.00, 2.00] | 2.00 [1.00, 3.00] | 9.0 |",
		"| A & B 1 | 100,000 | 10,000 | 8.50 | 1.00, 2.00, 3.00 | 0.50, 0.60, 0.70 | 0.10, 0.20, 0.30 | 4.00, 5.00, 6.00 |",
		"| A & B 1 | 10,000,000 | 0 | 0.00 | – | – | – | – |",
		"| A & B 1 | Session | one session | 12,300 | 0.90 [0.80, 1.00] | 0.50 [0.40, 0.60] |",
		"processor time): 7 ms (12) with 100,000 sessions.",
	} {
		if !strings.Contains(files["scale.md"], want) {
			t.Errorf("%q is missing in:\n%s", want, files["scale.md"])
		}
	}
	for _, want := range []string{">10,000,000<", "A &amp; B 1.50"} {
		if !strings.Contains(files["scale.svg"], want) {
			t.Errorf("%q is missing in:\n%s", want, files["scale.svg"])
		}
	}
	for d := xml.NewDecoder(strings.NewReader(files["scale.svg"])); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := someScale().Page("no place"); err == nil {
		t.Error("a page without a place for the figures was taken")
	}
}
