package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample returns a report with every outcome, a failure with several lines, an adapter
// that could not run, and a required one that could not run.
func sample() Report {
	return Report{
		Suite: "1.0",
		Start: time.Date(2026, 11, 22, 11, 3, 9, 0, time.FixedZone("CET", 3600)),
		Adapters: []Adapter{
			{
				Name: "memory", Engine: "Go", Version: "1.26.0", Weaknesses: spec.Weaknesses{Volatile: true}, Duration: 812345 * time.Microsecond,
				Results: []conformance.Result{
					{Clause: "USR-01", Check: "create_then_read", Type: "rich", Outcome: conformance.Passed, Duration: 1234567 * time.Nanosecond},
					{Clause: "USR-01", Check: "create_then_read", Type: "empty", Outcome: conformance.Passed, Duration: time.Millisecond},
					{Clause: "SES-07", Check: "update_after_delete_does_not_resurrect", Type: "rich", Outcome: conformance.Passed, Duration: time.Millisecond},
					{Clause: "LEA-01", Check: "swap_replaces_the_whole_lease", Type: "rich", Outcome: conformance.LeftOut},
					{Clause: "IDS-04", Check: "an_empty_user_id_is_no_users", Type: "rich", Outcome: conformance.Passed, Duration: time.Millisecond},
					{Clause: "ERR-03", Check: "cause_is_reached", Type: "rich", Outcome: conformance.Waived, Output: "the memory adapter has no driver"},
					{Clause: "ERR-03", Check: "cause_is_reached", Type: "empty", Outcome: conformance.Waived, Output: "the memory adapter has no driver"},
					{Clause: "STO-01", Check: "reopened_store_holds_what_it_held", Type: "rich", Outcome: conformance.NotOffered, Output: "the adapter declares that it is volatile", Duration: time.Microsecond},
				},
			},
			{
				Name: "stranger", Engine: "Stranger Things Database", Version: "4.0.1-rc2", Driver: "hawkins/upside-down v1.9.8", Deployment: "one server in a container",
				Settings: []Setting{{"fsync", "off"}}, Duration: 3210 * time.Millisecond,
				Results: []conformance.Result{
					{Clause: "USR-01", Check: "create_then_read", Type: "rich", Outcome: conformance.Passed, Duration: 2 * time.Millisecond},
					{Clause: "USR-01", Check: "create_then_read", Type: "empty", Outcome: conformance.Passed, Duration: time.Millisecond},
					{Clause: "SES-07", Check: "update_after_delete_does_not_resurrect", Type: "rich", Outcome: conformance.Failed, Duration: 5 * time.Millisecond,
						Kind:   "UpdateSession; got: no error; want: an error of the class \"session not found\"",
						Output: "SES-07 MUST: An update never inserts.\nWhy: A session that comes back is a break-in.\nSee: https://github.com/tenon-go/tenon/blob/main/docs/spec.md#ses-07\nRun it again: tenon verify stranger --run '^SES-07$'\n\nUpdateSession of a deleted session\n  got:  no error\n  want: an error of the class \"session not found\"\n  at conformance/check_sessions_update.go:123"},
					{Clause: "LEA-01", Check: "swap_replaces_the_whole_lease", Type: "rich", Outcome: conformance.LeftOut},
					{Clause: "ERR-03", Check: "cause_is_reached", Type: "rich", Outcome: conformance.NotRun, Output: "needs Options.DriverError, or a waiver that says why it is missing"},
					{Clause: "ERR-03", Check: "cause_is_reached", Type: "empty", Outcome: conformance.NotRun, Output: "needs Options.DriverError, or a waiver that says why it is missing"},
					{Clause: "STO-01", Check: "reopened_store_holds_what_it_held", Type: "rich", Outcome: conformance.Passed, Duration: time.Millisecond},
					{Clause: "STO-01", Check: "a_volatile_store_opens_empty", Type: "rich", Outcome: conformance.NotApplicable, Output: "the adapter does not declare that it is volatile", Duration: time.Microsecond},
				},
			},
			{Name: "postgres", Why: "no Docker engine answers:\ndial unix /var/run/docker.sock", Remedy: "Start Docker, or set TENON_POSTGRES_DSN."},
			{Name: "mysql", Why: "no image", Remedy: "Set TENON_MYSQL_IMAGE.", Required: true},
		},
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteText(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "report.txt")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("not what %s holds (go test -update writes it anew); got:\n%s", path, b.String())
	}
}

const reportPage = "../../docs/report.md"

// TestJSON compares the JSON form with the example in docs/report.md.
func TestJSON(t *testing.T) {
	r := sample()
	r.Adapters = r.Adapters[:2]
	r.Adapters[0].Results = r.Adapters[0].Results[2:5]
	r.Adapters[1].Results = r.Adapters[1].Results[1:3]
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(reportPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), "```json\n")
	example, after, ok2 := strings.Cut(rest, "```\n")
	if !ok || !ok2 {
		t.Fatalf("no example in %s", reportPage)
	}
	if example == b.String() {
		return
	}
	if !*update {
		t.Fatalf("not the example in %s (go test -update writes it anew); got:\n%s", reportPage, b.String())
	}
	if err := os.WriteFile(reportPage, []byte(before+"```json\n"+b.String()+"```\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestJSONFields compares the tables in docs/report.md with the fields of the JSON form.
func TestJSONFields(t *testing.T) {
	data, err := os.ReadFile(reportPage)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []any{jsonReport{}, jsonAdapter{}, jsonCounts{}, jsonClause{}, jsonCheck{}} {
		for field := range reflect.TypeOf(form).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !strings.Contains(string(data), "`"+name+"`") {
				t.Errorf("%s says nothing of %q (%T)", reportPage, name, form)
			}
		}
	}
}

// TestJSONNotRun checks that every clause of an adapter that could not run is listed as
// not run.
func TestJSONNotRun(t *testing.T) {
	r := sample()
	r.Adapters = r.Adapters[2:]
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Outcome  string
		Adapters []struct {
			Outcome, Reason, Remedy string
			Required                bool
			Clauses                 []struct {
				ID, Outcome string
				Checks      []any
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Outcome != "failed" || len(got.Adapters) != 2 {
		t.Fatalf("outcome %q, %d adapters", got.Outcome, len(got.Adapters))
	}
	for i, d := range got.Adapters {
		want := r.Adapters[i]
		if d.Outcome != "not run" || d.Reason != want.Why || d.Remedy != want.Remedy || d.Required != want.Required {
			t.Errorf("%s: %q, %q, %q, %t", want.Name, d.Outcome, d.Reason, d.Remedy, d.Required)
		}
		clauses := conformance.Clauses()
		if len(d.Clauses) != len(clauses) {
			t.Fatalf("%s: %d of %d clauses", want.Name, len(d.Clauses), len(clauses))
		}
		for j, c := range d.Clauses {
			if c.ID != clauses[j].ID || c.Outcome != "not run" || c.Checks == nil || len(c.Checks) > 0 {
				t.Errorf("%s: clause %d is %+v", want.Name, j, c)
			}
		}
	}
}

// Failures of one kind are shown once and counted.
func TestFailuresFold(t *testing.T) {
	a := Adapter{Name: "stranger"}
	for i := range 400 {
		clause := conformance.Clauses()[i%40].ID
		a.Results = append(a.Results, conformance.Result{Clause: clause, Check: "a", Type: "rich", Outcome: conformance.Failed, Kind: "User", Output: strings.Repeat("User failed\n", 50)})
	}
	a.Results = append(a.Results,
		conformance.Result{Clause: "STO-04", Check: "a", Type: "rich", Outcome: conformance.Failed, Kind: "Close", Output: "Close failed"},
		conformance.Result{Clause: "OPT-01", Check: "a", Type: "rich", Outcome: conformance.Failed, Output: "one of no kind"},
		conformance.Result{Clause: "OPT-01", Check: "b", Type: "rich", Outcome: conformance.Failed, Output: "another of no kind"})
	text := a.failures(newPainter(Style{}))
	for part, want := range map[string]int{"User failed": 50, "And 399 checks more like it: USR-02": 1, "Close failed": 1, "one of no kind": 1, "another of no kind": 1, "more like it": 1} {
		if got := strings.Count(text, part); got != want {
			t.Errorf("%q is there %d times, want %d, in:\n%s", part, got, want, text)
		}
	}
}

// A cause that several adapters share is printed once.
func TestSameCause(t *testing.T) {
	const cause, remedy = "no Docker engine answers:\nseven lines", "Start Docker."
	r := Report{Adapters: []Adapter{
		{Name: "postgres", Why: "cannot start postgres:17: " + cause, Remedy: remedy},
		{Name: "mysql", Why: "cannot start mysql:9: " + cause, Remedy: remedy},
		{Name: "mongo", Why: "cannot start mongo:6: no image", Remedy: "Pull it."},
		{Name: "next", Why: "interrupted"}, {Name: "last", Why: "interrupted"},
	}}
	text := r.notRunHere(newPainter(Style{}))
	for part, want := range map[string]int{
		"seven lines": 1, "Start Docker": 1, "    cannot start postgres:17: no Docker": 1,
		"    cannot start mysql:9, for the same reason as postgres\n": 1, "    cannot start mongo:6: no image\n    Pull it.\n": 1, "    interrupted\n": 2,
	} {
		if got := strings.Count(text, part); got != want {
			t.Errorf("%q is there %d times, want %d, in:\n%s", part, got, want, text)
		}
	}
}

// The report lists the slow clauses, and the total of the others.
func TestCosts(t *testing.T) {
	r := Report{Adapters: []Adapter{{Name: "slow", Results: []conformance.Result{
		{Clause: "USR-01", Duration: 10 * time.Millisecond},
		{Clause: "CON-01", Duration: 2 * time.Second}, {Clause: "CON-01", Duration: time.Second},
		{Clause: "SES-01", Duration: 20 * time.Millisecond},
		{Clause: "STO-03", Duration: 1500 * time.Millisecond}, {Clause: "STO-04"},
	}}, {Name: "not run"}}}
	if got, want := r.costs(newPainter(Style{})), "Total time of the checks of each clause\n  slow: CON-01 3s, STO-03 1.5s, the other 2 30ms\n\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// The report says how many rounds of races there were, in all and in each check.
func TestRaces(t *testing.T) {
	r := Report{Adapters: []Adapter{{Name: "quick", Results: []conformance.Result{
		{Clause: "CON-01", Check: "one_wins", Type: "rich", Outcome: conformance.Passed, Rounds: 1200},
		{Clause: "CON-01", Check: "one_wins", Type: "empty", Outcome: conformance.Passed, Rounds: 300},
		{Clause: "CON-02", Check: "one_wins", Type: "rich", Outcome: conformance.Failed, Rounds: 7},
		{Clause: "SES-01", Check: "create_then_read", Type: "rich", Outcome: conformance.Passed},
	}}, {Name: "not run"}}}
	if got, want := r.races(newPainter(Style{})), "Rounds in which calls raced each other\n  quick: 1507 in 3 checks\n\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	page := html(t, r)
	for _, part := range []string{"<small>rich, empty; 1500 rounds of racing calls</small>", "<small>rich; 7 rounds of racing calls</small>", "create then read <small>rich</small>"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}

func TestColor(t *testing.T) {
	var with, without bytes.Buffer
	if err := sample().WriteText(&with, Style{Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := sample().WriteText(&without, Style{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(without.String(), "\x1b") {
		t.Error("an escape sequence though colour is off")
	}
	bare := with.String()
	for _, sequence := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"} {
		if !strings.Contains(bare, sequence) {
			t.Errorf("with colour, there is no %q", sequence)
		}
		bare = strings.ReplaceAll(bare, sequence, "")
	}
	if bare != without.String() {
		t.Errorf("colour changes more than colours:\n%s", bare)
	}
}

func TestControlCharacters(t *testing.T) {
	const hostile = "a\x1b[2J\r\u009bb\x00\x9bc\u202ed"
	r := Report{Adapters: []Adapter{
		{Name: "stranger", Engine: hostile, Version: hostile, Results: []conformance.Result{
			{Clause: "USR-01", Outcome: conformance.Failed, Output: hostile + "\n\tmore"},
			{Clause: "USR-02", Outcome: conformance.Waived, Output: hostile},
		}},
		{Name: "postgres", Why: hostile, Remedy: hostile},
	}}
	var b bytes.Buffer
	if err := r.WriteText(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexAny(b.String(), "\x1b\r\u009b\x00\u202e\ufffd"); i >= 0 {
		t.Errorf("a control character reaches the terminal: %q", b.String()[max(i-40, 0):i+10])
	}
	if !strings.Contains(b.String(), `a\x1b[2J\x0d\x9bb\x00\x9bc\x202ed`) || !strings.Contains(b.String(), "\tmore") {
		t.Errorf("what was said is lost:\n%s", b.String())
	}
}

func TestOutcome(t *testing.T) {
	const (
		passed, failed, notRun = conformance.Passed, conformance.Failed, conformance.NotRun
		waived, notOffered     = conformance.Waived, conformance.NotOffered
		leftOut, doesNotApply  = conformance.LeftOut, conformance.NotApplicable
	)
	for _, test := range []struct {
		results []conformance.Outcome
		want    conformance.Outcome
		pass    bool
	}{
		{nil, leftOut, false},
		{[]conformance.Outcome{passed}, passed, true},
		{[]conformance.Outcome{passed, waived, notOffered, leftOut}, passed, true},
		{[]conformance.Outcome{passed, failed, notRun}, failed, false},
		{[]conformance.Outcome{passed, notRun}, notRun, false},
		{[]conformance.Outcome{waived, leftOut}, waived, false},
		{[]conformance.Outcome{waived, notOffered}, notOffered, false},
		{[]conformance.Outcome{leftOut}, leftOut, false},
		{[]conformance.Outcome{doesNotApply, leftOut}, doesNotApply, false},
		{[]conformance.Outcome{doesNotApply, passed}, passed, true},
		{[]conformance.Outcome{conformance.Warned, passed}, passed, true},
		{[]conformance.Outcome{conformance.Warned, waived}, conformance.Warned, false},
	} {
		var d Adapter
		for _, o := range test.results {
			d.Results = append(d.Results, conformance.Result{Outcome: o})
		}
		r := Report{Adapters: []Adapter{d}}
		if got := d.Outcome(); got != test.want {
			t.Errorf("%q: Outcome is %q, want %q", test.results, got, test.want)
		}
		if got := r.Passed(); got != test.pass {
			t.Errorf("%q: Passed is %t, want %t", test.results, got, test.pass)
		}
		r.Interrupted = true
		if r.Passed() {
			t.Errorf("%q: passed though interrupted", test.results)
		}
		r.Interrupted = false
		r.Adapters = append(r.Adapters, Adapter{Why: "no engine"})
		if got := r.Passed(); got != test.pass {
			t.Errorf("%q and an adapter that could not run: Passed is %t, want %t", test.results, got, test.pass)
		}
		r.Adapters[1].Required = true
		if r.Passed() {
			t.Errorf("%q: passed though an adapter that was asked for could not run", test.results)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteError(t *testing.T) {
	if err := sample().WriteText(broken{}, Style{}); err == nil {
		t.Error("WriteText hides that nothing was written")
	}
	if err := sample().WriteJSON(broken{}); err == nil {
		t.Error("WriteJSON hides that nothing was written")
	}
}

// The text and the JSON form contain each weakness that an adapter can declare.
func TestWeaknesses(t *testing.T) {
	all := reflect.TypeFor[spec.Weaknesses]()
	for i := range all.NumField() {
		var declared spec.Weaknesses
		switch f := reflect.ValueOf(&declared).Elem().Field(i); f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		default:
			f.SetInt(1)
		}
		r := Report{Adapters: []Adapter{
			{Name: "weak", Weaknesses: declared, Results: []conformance.Result{{Clause: "USR-01", Outcome: conformance.Passed}}},
			{Name: "strong", Results: []conformance.Result{{Clause: "USR-01", Outcome: conformance.Passed}}},
		}}
		var text strings.Builder
		if err := r.WriteText(&text, Style{}); err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(text.String(), "What adapters declare\n")
		lines := strings.SplitN(block, "\n", 2)
		if !strings.HasPrefix(lines[0], "  weak: ") || strings.Contains(lines[0], "no weakness") || !strings.HasPrefix(lines[1], "  strong: no weakness\n") {
			t.Errorf("%s: got\n%s", all.Field(i).Name, block)
		}
		if got := r.Adapters[0].json().Weak; len(got) != 1 {
			t.Errorf("%s: got %q in JSON, want one", all.Field(i).Name, got)
		}
		if got := r.Adapters[1].json().Weak; got == nil || len(got) != 0 {
			t.Errorf("without a weakness: got %#v in JSON, want an empty array", got)
		}
	}
}
