package environment

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// names are the engines' names for people.
var names = map[string]string{
	"postgres": "PostgreSQL", "mysql": "MySQL and MariaDB", "sqlite": "SQLite", "mongo": "MongoDB",
}

// WritePage writes docs/settings.md.
func WritePage(w io.Writer) error {
	fmt.Fprint(w, head)
	judged := make(map[string][]Result)
	fmt.Fprint(w, "\n| engine | settings | values | objects |")
	for _, o := range Outcomes() {
		fmt.Fprintf(w, " %s |", o)
	}
	fmt.Fprint(w, "\n|---|---|---|---|", strings.Repeat("---|", len(Outcomes())), "\n")
	for _, engine := range Engines() {
		results, err := Judged(engine)
		if err != nil {
			return err
		}
		judged[engine] = results
		var settings, objects int
		for _, row := range Rows(results) {
			if row.Object {
				objects++
			} else {
				settings++
			}
		}
		fmt.Fprintf(w, "| [%s](#%s) | %d | %d | %d |", names[engine], engine, settings, len(results)-countObjects(results), objects)
		for _, o := range Outcomes() {
			fmt.Fprintf(w, " %d |", count(results, o))
		}
		fmt.Fprintln(w)
	}
	for _, engine := range Engines() {
		fmt.Fprintf(w, "\n<a id=%q></a>\n\n## %s\n", engine, names[engine])
		writeKinds(w, engine, judged[engine], false)
		writeKinds(w, engine, judged[engine], true)
	}
	return nil
}

const head = `# Settings and objects

The surroundings of a table, a session, a pool or a process never change a result of Tenon's. This page lists the tested surroundings: each setting that a server, a role, a session or a client can have, with at least one value other than its default, and each kind of object that can surround the tables. In each of them a short program made every call of the contract ([internal/program](../internal/program)), and its results were compared with the contract.

- **holds**: every call was right.
- **refused**: ` + "`Open`, `New`, `Migrate` or `Check`" + ` said what is wrong before any call could give a wrong result.
- **limited**: each call was right, or failed with one class of error and applied nothing.
- **cannot be set**: the server or the driver refused the value.
- **not run**: the value was not tried, for the reason given.
- **fault**: anything else.

` + "`go test ./internal/environment -update`" + ` generates this page from [internal/environment/results](../internal/environment/results). [CONTRIBUTING.md](../CONTRIBUTING.md) says how to run all tests again. ` + "`tenon verify --environment`" + ` says which settings and objects of your own server are on this page.
`

func countObjects(results []Result) (n int) {
	for _, r := range results {
		if r.Object {
			n++
		}
	}
	return n
}

func count(results []Result, o Outcome) (n int) {
	for _, r := range results {
		if r.Outcome == o {
			n++
		}
	}
	return n
}

// writeKinds writes a table of the kinds of settings, or of objects, and under
// it a table for each kind that a reader opens.
func writeKinds(w io.Writer, engine string, results []Result, objects bool) {
	title, noun, column := "Settings", "setting", "set by"
	if objects {
		title, noun, column = "Objects", "object", "kind"
	}
	kinds := make(map[string][]Result)
	for _, r := range results {
		if r.Object == objects {
			kinds[r.Kind] = append(kinds[r.Kind], r)
		}
	}
	if len(kinds) == 0 {
		return
	}
	fmt.Fprintf(w, "\n### %s\n\n| %s | %ss |", title, column, noun)
	for _, o := range Outcomes() {
		fmt.Fprintf(w, " %s |", o)
	}
	fmt.Fprint(w, "\n|---|---|", strings.Repeat("---|", len(Outcomes())), "\n")
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(w, "| [%s](#%s-%s-%d) | %d |", escape(kind), engine, noun, i+1, len(Rows(kinds[kind])))
		for _, o := range Outcomes() {
			fmt.Fprintf(w, " %d |", count(kinds[kind], o))
		}
		fmt.Fprintln(w)
	}
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		rows := Rows(kinds[kind])
		fmt.Fprintf(w, "\n<a id=\"%s-%s-%d\"></a>\n<details>\n<summary>%s: %s</summary>\n", engine, noun, i+1,
			escape(kind), formatCount(len(rows), noun))
		fmt.Fprintf(w, "\n| %s | outcome |\n|---|---|\n", noun)
		for _, row := range rows {
			fmt.Fprintf(w, "| %s | %s |\n", code(row.Name), strings.Join(row.summary(), "<br>"))
		}
		fmt.Fprint(w, "\n</details>\n")
	}
}

func formatCount(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// summary is a line for each outcome and detail: the values that have it, and
// the servers if they are not all.
func (row Row) summary() []string {
	servers := make(map[string]bool)
	verdicts := make(map[Verdict]map[string][]string) // the servers, by value
	var order []Verdict
	for _, r := range row.Results {
		servers[r.Server] = true
		if verdicts[r.Verdict] == nil {
			verdicts[r.Verdict] = make(map[string][]string)
			order = append(order, r.Verdict)
		}
		verdicts[r.Verdict][r.Value] = append(verdicts[r.Verdict][r.Value], r.Server)
	}
	all := len(servers)
	var lines []string
	for _, v := range order {
		var values []string
		for _, value := range slices.Sorted(maps.Keys(verdicts[v])) {
			on := verdicts[v][value]
			text := ""
			if !row.Object {
				text = code(value)
			}
			if len(on) < all {
				text = strings.TrimSpace(text + " on " + strings.Join(on, ", "))
			}
			if text != "" {
				values = append(values, text)
			}
		}
		line := "**" + string(v.Outcome) + "**"
		if len(values) > 0 {
			line += " " + strings.Join(values, ", ")
		}
		if v.Detail != "" {
			line += ": " + escape(v.Detail)
		}
		lines = append(lines, line)
	}
	return lines
}

var escaper = strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "\n", " ", "*", `\*`, "_", `\_`)

// escape returns text for a cell of a table.
func escape(text string) string { return escaper.Replace(text) }

// code returns text as code, for a cell of a table.
func code(text string) string {
	if text == "" {
		return "(empty)"
	}
	if strings.ContainsAny(text, "`\n\r") {
		return escape(fmt.Sprintf("%q", text))
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
