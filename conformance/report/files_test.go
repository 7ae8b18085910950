package report

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// reports returns reports that every format must handle.
func reports() map[string]Report {
	interrupted := sample()
	interrupted.Interrupted = true
	one := sample()
	one.Adapters = one.Adapters[:1]
	eight := sample()
	eight.Adapters = append(eight.Adapters, eight.Adapters...)
	return map[string]Report{"one": one, "four": sample(), "eight": eight, "none": {Suite: "1.0"}, "interrupted": interrupted, "hostile": hostileReport()}
}

func TestWriteFiles(t *testing.T) {
	for name, r := range reports() {
		dir := filepath.Join(t.TempDir(), "new", "out")
		if err := r.WriteFiles(dir); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != len(files) {
			t.Errorf("%s: %v, %v", name, entries, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(filepath.Join(dir, f.name))
			if err != nil || len(data) == 0 || strings.HasSuffix(f.name, ".json") && !json.Valid(data) {
				t.Errorf("%s: %s: %d bytes, %v", name, f.name, len(data), err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := sample().WriteFiles(file); err == nil {
		t.Error("a directory that is a file is no error")
	}
	for _, f := range files {
		if err := f.write(sample(), broken{}); err == nil {
			t.Errorf("%s: that nothing was written is hidden", f.name)
		}
	}
}

// TestJUnit parses the XML, as a CI system does, and compares it with the report.
func TestJUnit(t *testing.T) {
	type cause struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	for name, r := range reports() {
		var b strings.Builder
		if err := r.WriteJUnit(&b); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(b.String(), func(c rune) bool {
			return c < ' ' && c != '\n' && c != '\t' || c == '\u202e' || c == 0xfffe
		}) {
			t.Errorf("%s: a character that XML forbids", name)
		}
		var got struct {
			XMLName xml.Name `xml:"testsuites"`
			Suites  []struct {
				Name     string `xml:"name,attr"`
				Tests    int    `xml:"tests,attr"`
				Failures int    `xml:"failures,attr"`
				Errors   int    `xml:"errors,attr"`
				Skipped  int    `xml:"skipped,attr"`
				Cases    []struct {
					Class   string  `xml:"classname,attr"`
					Name    string  `xml:"name,attr"`
					Time    float64 `xml:"time,attr"`
					Skipped *cause  `xml:"skipped"`
					Failure *cause  `xml:"failure"`
					Error   *cause  `xml:"error"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, b.String())
		}
		if len(got.Suites) != len(r.Adapters) {
			t.Fatalf("%s: %d suites of %d adapters", name, len(got.Suites), len(r.Adapters))
		}
		for i, a := range r.inOrder().Adapters {
			s := got.Suites[i]
			c := Count(a.Results)
			want := [4]int{len(a.Results), c[conformance.Failed], 0, len(a.Results) - c[conformance.Failed] - c[conformance.Passed]}
			if a.Why != "" {
				want[0]++
				if a.Required {
					want[2]++
				} else {
					want[3]++
				}
			}
			if stated := [4]int{s.Tests, s.Failures, s.Errors, s.Skipped}; stated != want {
				t.Errorf("%s: %s: tests, failures, errors and skipped are %v, want %v", name, a.Name, stated, want)
			}
			counted := [4]int{len(s.Cases)}
			for j, c := range s.Cases {
				for k, cause := range []*cause{c.Failure, c.Error, c.Skipped} {
					if cause != nil {
						counted[k+1]++
						if cause.Message == "" || k < 2 && cause.Text == "" {
							t.Errorf("%s: %s: %s has no reason", name, c.Class, c.Name)
						}
					}
				}
				if j < len(a.Results) && (c.Class != a.Results[j].Clause || c.Name != a.Results[j].Check+"/"+a.Results[j].Type || c.Time < 0) {
					t.Errorf("%s: case %d is %+v, of %s", name, j, c, a.Results[j].Name())
				}
			}
			if counted != want {
				t.Errorf("%s: %s: tests, failures, errors and skipped are in truth %v, want %v", name, a.Name, counted, want)
			}
		}
	}
}

// The Markdown shows texts literally, and texts cannot break its tables.
func TestMarkdown(t *testing.T) {
	for name, r := range reports() {
		var b strings.Builder
		if err := r.WriteMarkdown(&b); err != nil {
			t.Fatal(err)
		}
		fence, columns := "", 0
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case fence != "" && line == fence:
				fence = ""
			case fence != "":
			case strings.HasPrefix(line, "```"):
				fence = line
			case strings.HasPrefix(line, "| "):
				n := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1))
				if columns > 0 && n != columns {
					t.Errorf("%s: a row of %d columns in a table of %d: %s", name, n, columns, line)
				}
				columns = n
			default:
				columns = 0
				line = regexp.MustCompile("`[^`]*`|(```+).*```+").ReplaceAllString(line, "")
				if i := regexp.MustCompile(`(^|[^\\])(<|\[a)`).FindString(line); i != "" {
					t.Errorf("%s: not escaped: %s", name, line)
				}
			}
			if strings.ContainsAny(line, "\x1b\x00\u202e") {
				t.Errorf("%s: a control character in %q", name, line)
			}
		}
		if fence != "" {
			t.Errorf("%s: a block does not end", name)
		}
	}
	var b strings.Builder
	if err := sample().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# Tenon conformance: failed\n", "| SES Sessions | ✓ 1 | ✗ 0/1 | – | – |\n", "| engine | Go 1.26.0 | Stranger Things Database 4.0.1-rc2 |",
		"## Failed: stranger, SES-07/update\\_after\\_delete", "no Docker engine answers:\n", "- waived, 2 checks (ERR-03): the memory adapter has no driver\n",
		"| Durable | no: All data is gone when the store is closed. | yes: ", "`fsync=off`", BadgeMarkdown,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestBadge(t *testing.T) {
	passed := Adapter{Results: []conformance.Result{{Clause: "USR-01", Outcome: conformance.Passed}}}
	waived := Adapter{Results: append([]conformance.Result{{Clause: "USR-02", Outcome: conformance.Waived}}, passed.Results...)}
	for _, test := range []struct {
		report         Report
		message, color string
	}{
		{Report{Adapters: []Adapter{passed}}, "core@1.0 passed", "brightgreen"},
		{Report{Adapters: []Adapter{waived, passed}, Profile: "core@0.9"}, "core@0.9 passed: 2 adapters, 1 waived", "yellow"},
		{Report{Adapters: []Adapter{passed, {Why: "no Docker"}}}, "core@1.0 judged in part: 1 of 2 adapters not run", "orange"},
		{Report{Adapters: []Adapter{{Why: "no Docker"}}}, "core@1.0 not judged", "lightgrey"},
		{Report{Adapters: []Adapter{passed}, Interrupted: true}, "core@1.0 interrupted", "orange"},
		{Report{}, "core@1.0 not judged", "lightgrey"},
	} {
		var b strings.Builder
		test.report.Suite = "1.0"
		if err := test.report.WriteBadge(&b); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != 4 || got["schemaVersion"] != 1.0 || got["label"] != "tenon suite 1.0" || got["message"] != test.message || got["color"] != test.color {
			t.Errorf("want %q, %s; got %v", test.message, test.color, got)
		}
	}
}

func TestDriver(t *testing.T) {
	for module, want := range map[string]string{
		"github.com/jackc/pgx/v5": "jackc/pgx", "go.example/driver": "go.example/driver", "github.com/a/v2x": "a/v2x",
	} {
		if got := Driver(module); got != want { // this test binary contains none of these modules
			t.Errorf("%s: got %q, want %q", module, got, want)
		}
	}
}
