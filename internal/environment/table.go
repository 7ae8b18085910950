package environment

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed results
var files embed.FS

// Engines returns the judged engines, by the names of their files of results: "postgres".
func Engines() []string {
	names, err := fs.Glob(files, "results/*.jsonl")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(path.Base(name), ".jsonl")
	}
	return names
}

// Judged returns the results of an engine, sorted: see [Sort].
func Judged(engine string) ([]Result, error) {
	data, err := files.ReadFile("results/" + engine + ".jsonl")
	if err != nil {
		return nil, fmt.Errorf("environment: no results of %q", engine)
	}
	var results []Result
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		r, err := decode(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("environment: results of %q: %w", engine, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// Row has the results of one setting or object: one row of a table.
type Row struct {
	Kind, Name string
	Object     bool
	Results    []Result // for each value and server, at least one
}

// Rows groups sorted results by setting or object.
func Rows(results []Result) []Row {
	var rows []Row
	for _, r := range results {
		last := len(rows) - 1
		if last < 0 || rows[last].Kind != r.Kind || rows[last].Name != r.Name || rows[last].Object != r.Object {
			rows = append(rows, Row{Kind: r.Kind, Name: r.Name, Object: r.Object})
			last++
		}
		rows[last].Results = append(rows[last].Results, r)
	}
	return rows
}

// Again returns those sorted results with these names that every run tries again. For
// each name, kind and outcome that is one value, on one version of each engine. Versions
// take turns, since the mended faults did not depend on the version.
func Again(results []Result, names []string) []Result {
	type group struct {
		engine, kind, name string
		outcome            Outcome
	}
	var order []group
	members := make(map[group][]Result) // one for each version
	for _, r := range results {
		if r.Outcome == NotRun || !slices.Contains(names, r.Name) {
			continue
		}
		g := group{number.ReplaceAllString(r.Server, ""), r.Kind, r.Name, r.Outcome}
		if members[g] == nil {
			order = append(order, g)
		}
		if !slices.ContainsFunc(members[g], func(m Result) bool { return m.Server == r.Server }) {
			members[g] = append(members[g], r)
		}
	}
	again := make([]Result, len(order))
	for i, g := range order {
		again[i] = members[g][i%len(members[g])]
	}
	return again
}

// number matches the version in the name of a server.
var number = regexp.MustCompile(`[0-9.]+`)

// Sample returns a fixed part of sorted results: every nth of each kind and outcome,
// without those that were not run. The first group begins with its first result, the
// second with its second and so on, so that the servers take turns.
func Sample(results []Result, n int) []Result {
	type group struct {
		kind    string
		outcome Outcome
	}
	var order []group
	members := make(map[group][]Result)
	for _, r := range results {
		if r.Outcome == NotRun {
			continue
		}
		g := group{r.Kind, r.Outcome}
		if members[g] == nil {
			order = append(order, g)
		}
		members[g] = append(members[g], r)
	}
	var sample []Result
	for i, g := range order {
		for k := i % min(n, len(members[g])); k < len(members[g]); k += n {
			sample = append(sample, members[g][k])
		}
	}
	return sample
}
