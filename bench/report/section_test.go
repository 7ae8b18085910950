package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// someWhole is a result of a whole run, on an engine with a hostile version.
func someWhole() *Result {
	wire := &Wire{RoundTrips: 1, Sent: 144, Received: 427}
	return &Result{Sessions: 100_000, Complete: true, Engines: []Engine{{
		Name: "a", Title: "A & B", Version: "1</script>\x1b[31m", Base: "raw",
		Competitors: []Competitor{{Name: "Tenon"}, {Name: "raw"}},
		Calls: []Call{{Name: "SessionAndUser", Figures: []Figure{
			{Competitor: "Tenon", Ratio: Ratio{12.34, 10, 25.7}, Latency: Latency{900, 83.14, 1520}, Costs: Costs{27, 2058, wire}},
			{Competitor: "raw", Ratio: Ratio{1, 1, 1}},
		}}},
		Throughput: []Throughput{{Clients: 1, PerSecond: []float64{12_345, 999_999}, Ratio: Ratio{1.2, 1, 2}}, {Clients: 64, PerSecond: []float64{1, 2}}},
		Sweep:      &Sweep{Expired: 10_000, MicrosPerRow: 65.5, Alone: Waits{5, 0.1, 0.2, 0.3}, Beside: Waits{5, 4, 5, 6}},
		Notes:      []string{"Round trips and bytes were not counted: connections go to several servers, use a Unix socket, or need the server's name for TLS."},
	}}}
}

// The text has every figure and fits into 80 columns. It is coloured only on request.
func TestDriver(t *testing.T) {
	for _, paint := range []bool{false, true} {
		var b bytes.Buffer
		if err := someWhole().Engines[0].WriteDriver(&b, paint); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"A & B 1</script>", ", against raw",
			"SessionAndUser    83.1 µs   1.52 ms  12.34 [10.00, 25.70]    27  1.00  144  427\n",
			"Tenon                       12,300                  1\n",
			"A sweep of 10,000 expired sessions took 65.5\u00a0µs per session.", "4.00\u00a0ms, p99 5.00\u00a0ms",
		} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%q is missing in:\n%s", want, &b)
			}
		}
		if strings.Contains(b.String(), "\x1b[31m") || strings.Contains(b.String(), "\x1b[1m") != paint {
			t.Errorf("paint %v: %q", paint, b.String())
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && !paint {
				t.Errorf("a line of %d columns: %s", n, line)
			}
		}
	}
}

// The section has every figure, and escapes markup in a server's name.
func TestSection(t *testing.T) {
	section, err := someWhole().Section()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A &amp; B 1&lt;/script&gt;", "83.1 µs", "12.34 [10.00, 25.70]", "<td>144</td>", "<th scope=\"col\">64 clients</th>", "12,300", "10,000 expired", "<svg class=\"chart\""} {
		if !strings.Contains(section, want) {
			t.Errorf("%q is missing in:\n%s", want, section)
		}
	}
	if strings.Contains(section, "</script>") || strings.Count(section, "<style>") != 1 {
		t.Errorf("markup in a name, or a style twice:\n%s", section)
	}
}

// A page that tenon verify did not write is left as it is.
func TestAddToForeignPage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, pageFile)
	if err := os.WriteFile(file, []byte("<p>mine</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := someWhole().WriteFiles(dir)
	text, _ := os.ReadFile(file)
	if err == nil || string(text) != "<p>mine</p>" {
		t.Errorf("error %v, and the page is %s", err, text)
	}
}
