package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), allAdapters(), "explain", "SES-07")
	got.wantStatus(t, 0)
	i := slices.IndexFunc(conformance.Clauses(), func(c conformance.Clause) bool { return c.ID == "SES-07" })
	c := conformance.Clauses()[i]
	words := strings.Join(strings.Fields(got.stdout), " ")
	wantIn(t, words, "SES-07 (MUST, no waiver, since suite 1.0)", c.Text, c.Reason, c.Broken,
		"update_after_delete_does_not_resurrect (rich, empty)", "- update of a deleted session succeeds",
		"- update revives a deleted session (seen in adapters written with an upsert)", "tenon verify --run SES-07")
	for line := range strings.Lines(got.stdout) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
}

// Clauses can be named by id, group or check. They are printed in the contract's order.
func TestExplainNames(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{
		"LEA-02":                                 "LEA-02",
		"lea-02":                                 "LEA-02",
		"SWP-05 USR-01 SWP-05":                   "USR-01 SWP-05",
		"OWN":                                    "OWN-01 OWN-02",
		"update_after_delete_does_not_resurrect": "USR-08 SES-07",
		"SES-07/update_after_delete_does_not_resurrect/rich": "SES-07",
		"SES-07/update_after_delete_does_not_resurrect":      "SES-07",
		"SES-07/resurrect OWN-01":                            "SES-07 OWN-01",
	} {
		list, err := explain(strings.Fields(names))
		if err != nil {
			t.Error(err)
		}
		var got []string
		for _, e := range list {
			got = append(got, e.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s, want %s", names, got, want)
		}
	}
	list, err := explain([]string{"USR-04/update of one attribute"})
	if err != nil || len(list) != 1 || len(list[0].Checks) != 1 || list[0].Checks[0].Name != "update_of_one_attribute_leaves_the_others" {
		t.Errorf("of a check that is named: %+v, %v", list, err)
	}
}

func TestExplainUnknown(t *testing.T) {
	t.Parallel()
	for name, nearest := range map[string]string{
		"SES-99": "SES-09",
		"SE":     "SES",
		"SES-70": "SES-10",
		"upd":    "USR",
		"SES-07/update_after_delete_does_not_resurrect/poor": "update_after_delete_does_not_resurrect",
		"SES-08/update_after_delete_does_not_resurrect":      "update_after_delete_does_not_resurrect",
		"update_after_delete_does_not_ressurect":             "update_after_delete_does_not_resurrect",
	} {
		got := runTool(t.Context(), allAdapters(), "explain", "USR-01", name)
		got.wantStatus(t, exitUsage)
		if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: got:\n%s%s", name, got.stdout, got.stderr)
		}
		wantIn(t, got.stderr, `"`+name+`"`, "nearest is "+nearest+" ")
	}
}

// The list has one line for every clause.
func TestExplainList(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), allAdapters(), "explain")
	got.wantStatus(t, 0)
	for _, c := range conformance.Clauses() {
		wantIn(t, got.stdout, "\n  "+c.ID+"  "+c.Text+"\n")
	}
}

// Every clause has checks and mutants, and every mutant has a clause.
func TestExplainJSON(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), allAdapters(), "explain", "--format", "json")
	got.wantStatus(t, 0)
	var r struct{ Clauses []explanation }
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Clauses) != len(conformance.Clauses()) {
		t.Errorf("%d clauses", len(r.Clauses))
	}
	mutants, checks := 0, 0
	for _, e := range r.Clauses {
		mutants += len(e.Mutants)
		for _, c := range e.Checks {
			checks += len(c.Types)
		}
		if len(e.Checks) == 0 || len(e.Mutants) == 0 || e.Reason == "" || e.Broken == "" {
			t.Errorf("%s lacks something: %+v", e.ID, e)
		}
	}
	if want := strings.Count(mutantList, "\n"); mutants != want {
		t.Errorf("%d of %d mutants", mutants, want)
	}
	if want := len(conformance.Checks(conformance.NewSubject(nil))); checks != want {
		t.Errorf("%d of %d checks", checks, want)
	}
}
