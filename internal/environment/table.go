package environment

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed results
var files embed.FS

// Engines are the engines that were judged, as the files of their results are
// named: "postgres".
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

// Judged returns what is known of an engine, sorted: see [Sort].
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

// Row is what is known of one setting or object: one row of a table.
type Row struct {
	Kind, Name string
	Object     bool
	Results    []Result // of its values, on each server; one or more
}

// Rows returns a row for each setting and object of sorted results.
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

// Sample returns a fixed part of sorted results: of each kind, on each server,
// of each outcome that a try gave, every n-th, beginning with the first.
func Sample(results []Result, n int) []Result {
	type group struct {
		server, kind string
		outcome      Outcome
	}
	seen := make(map[group]int)
	return slices.DeleteFunc(slices.Clone(results), func(r Result) bool {
		if r.Outcome == NotRun {
			return true
		}
		g := group{r.Server, r.Kind, r.Outcome}
		seen[g]++
		return seen[g]%n != 1%n
	})
}
