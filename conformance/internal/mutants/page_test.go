package mutants

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

var update = flag.Bool("update", false, "write docs/mutants.md again")

// The files that are generated from the mutants: a page, and the list for tenon explain,
// because the command cannot import this package.
const (
	page = "../../../docs/mutants.md"
	list = "../../../cmd/tenon/mutants.tsv"
)

// TestPage checks that docs/mutants.md matches the mutants.
func TestPage(t *testing.T) {
	all, adapters, races := All(), 0, 0
	for _, m := range all {
		if !m.Front {
			adapters++
		}
		if m.Race {
			races++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Mutants

The suite is itself tested, with %d mutants. Each mutant has one fault and names the clause that must catch it. %d are broken adapters. The others are broken fronts on a healthy adapter, for the rules that `+"`spec.Store`"+` keeps for every adapter. A test runs each mutant through the clause that it names, until a check fails (with `+"`-whole`"+`, through every clause). A mutant that survives fails the build, and so does a check that no mutant trips. The faults are in [conformance/internal/mutants](../conformance/internal/mutants). `+"`go test ./conformance ./conformance/internal/mutants -update`"+` generates this page from them.

A mutant of a race is at fault only if another call comes between two steps of its call. Most of these mutants use signals to bring that call there. For %d of them the check must do so. `+"`go test ./conformance/internal/mutants -run TestRaces -v -races 20`"+` counts how often the check succeeds, in three variants, and ends with a table of the counts. The steps follow each other at once. Or the mutant looks at its context between them, as most stores and drivers do. Or it pauses between them, as for a round trip. When a racing call looks at one of the suite's contexts, the context lets other calls go first. The stress test runs one check at a time, as `+"`go test`"+` does. On two quiet cores, on 2026-11-29, all 920 tries of each variant succeeded. On two cores that are not quiet, some tries with the steps at once fail: in runs of that day, up to 9 of 880. A real-time priority (`+"`chrt -r`"+`) does not help, since Linux takes each processor away from such a program for 50 ms of a second. Steps at once are often less than a microsecond apart, so both calls must run at that moment on different processors, which a busy machine seldom lets them do. So there a store that does its steps at once and never looks at its context shows some of its races only by chance. The test of all mutants uses the pause, and tries each mutant up to 20 times.

The long run, `+"`go test -timeout 1h ./conformance/internal/mutants -run TestCaught -whole -v`"+`, judges each mutant by every clause, with the types with which it fails its own. In other clauses its races are short, and a check is skipped if it calls none of the methods that the mutant alters, because its result would be that of the healthy adapter. (For a sample of 38 mutants the clauses that failed were the same without these skips.) The last run was on 2026-11-29. Of 558 mutants none survived. Of the 537 that ran through every clause, 258 failed only the one that they name. (The others, most of which are on SQLite, run only through the clauses that they name.) On average a mutant failed in 6.5 clauses. The run took ten minutes on two quiet cores.

"Where" says whether an adapter or the front has the fault. "Shipped" says where the fault has occurred in practice: in libraries of this kind, or in a driver.

| fault | where | clause | shipped |
|---|---|---|---|
`, len(all), adapters, races)
	for _, m := range all {
		where := "adapter"
		if m.Front {
			where = "front"
		}
		fmt.Fprintf(&b, "| %s | %s | [%s](spec.md#clauses) | %s |\n", strings.ReplaceAll(m.Name, "_", " "), where, m.Clause, m.Shipped)
	}
	fmt.Fprintf(&b, "\n%d clauses, suite version %s.\n", len(conformance.Clauses()), conformance.Version)
	checkGenerated(t, page, b.String())
}

// TestList checks that the list of tenon explain matches the mutants. It has a line for
// each, with its clause, its name and where the fault shipped.
func TestList(t *testing.T) {
	var b strings.Builder
	for _, m := range All() {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", m.Clause, m.Name, m.Shipped)
	}
	checkGenerated(t, list, b.String())
}

// checkGenerated fails t unless a file has this text, which -update writes.
func checkGenerated(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Errorf("%s is not what the mutants say; run: go test ./conformance ./conformance/internal/mutants -update", path)
	}
}
