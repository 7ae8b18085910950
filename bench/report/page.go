package report

import (
	"fmt"
	"slices"
	"strings"
)

// Page returns a map from names to contents of the page's files: performance.md and its
// charts.
func (r *Result) Page() map[string]string {
	files := map[string]string{}
	var b strings.Builder
	b.WriteString(r.introduction())
	b.WriteString(r.glance())
	for _, e := range r.Engines {
		chart := "performance-" + e.Name + ".svg"
		files[chart] = e.chart()
		fmt.Fprintf(&b, "\n## %s\n\n", e.heading())
		fmt.Fprintf(&b, "![%s: time of each call as a ratio to %s](%s)\n\n", e.Title, e.Base, chart)
		for _, c := range e.Competitors {
			if c.Name != e.Base {
				fmt.Fprintf(&b, "- **%s**: %s.\n", c.Name, c.About)
			} else {
				fmt.Fprintf(&b, "- **%s**, the base of the ratios: %s.\n", c.Name, c.About)
			}
		}
		for _, c := range e.Calls {
			b.WriteString(c.table())
		}
		for _, note := range e.Notes {
			b.WriteString("\n" + note + "\n")
		}
	}
	files["performance.md"] = b.String()
	return files
}

func (r *Result) introduction() string {
	var b strings.Builder
	b.WriteString(`# Performance

This page compares the cost of Tenon with the driver underneath and with other libraries. The page and its charts are generated from [performance.json](performance.json). Measuring again needs Docker and takes about a quarter of an hour:

` + "```sh" + `
go run ./bench -out docs/performance.json       # -pin puts client and server on one core
go run ./bench -report docs/performance.json
` + "```" + `

`)
	place := "The client and the server share all cores"
	if r.Pinned {
		place = "The client and the server run on one core (`-pin`), which leaves out the cost of waking another core. Engines without a server have all cores"
	}
	b.WriteString(r.where() + ".\n\n")
	if r.Load > 2*float64(r.Cores) {
		fmt.Fprintf(&b, "The machine was busy with other work (its load was %.1f when the run began), so the ratios are rough. Look at the quartiles, and at the number of rounds of each call. Allocations, round trips and bytes are exact.\n\n", r.Load)
	}
	if !r.Complete {
		b.WriteString("The run did not finish: some figures are missing.\n\n")
	}
	fmt.Fprintf(&b, `- There are %s sessions of %s users; a session has about 200 bytes of attributes.
- All competitors of an engine are open in one process. In each round every competitor makes a slice of calls, in random order, on randomly chosen sessions. A **ratio** is the median of the ratios within a round, with quartiles: [lower, upper]. Each call was measured for %s.
- A read begins when the result of the one before it is known, as in a request, which uses what it has read: its id depends on that result. (A processor can begin independent reads of memory while it waits for another.)
- **µs** is the median of a slice's mean time. **CPU** is the client's processor time for a call and its ratio. **Allocations** and **B** are the number and the bytes of allocations in a call. **Trips**, **sent** and **received** are round trips and bytes on the wire.
- Every call has a context that can be cancelled, like a request's. The stores of scs for MySQL and SQLite take no context.
- %s. The servers run in containers, keep their data in memory, and do not wait for a disk. SQLite is in a file and waits for the disk at each write.
- For millions of sessions, their space, sweeps and garbage collections see [scale.md](scale.md).
- scs keeps a session as one value: a read decodes all of it, and a renewal and an update both write all of it. It has no users and does not compare leases.
`, thousands(r.Sessions), thousands(r.Users), r.PerCall, place)
	return b.String()
}

// where returns the conditions as a phrase.
func (c *Conditions) where() string {
	text := "Measured on " + c.Date.Format("2 January 2006")
	if c.Commit != "" {
		text += " at commit " + c.Commit
	}
	text += fmt.Sprintf(", on %s (%d cores, %s), with Go %s", c.Processor, c.Cores, c.System, c.Go)
	for _, l := range c.Libraries {
		text += fmt.Sprintf(", %s %s", strings.TrimPrefix(l.Path, "github.com/"), strings.TrimPrefix(l.Version, "v"))
	}
	return text
}

// glance returns the section with the table of Tenon's ratios.
func (r *Result) glance() string {
	var b strings.Builder
	b.WriteString("\n## At a glance\n\nTenon's time as a ratio to the raw driver's:\n\n")
	var calls []string
	engines := slices.DeleteFunc(slices.Clone(r.Engines), func(e Engine) bool { return !strings.HasPrefix(e.Competitors[0].Name, "Tenon") })
	for _, e := range engines {
		for _, c := range e.Calls {
			if !slices.Contains(calls, c.Name) {
				calls = append(calls, c.Name)
			}
		}
	}
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(append([]string{"", "raw driver"}, calls...))
	b.WriteString("|---|---|" + strings.Repeat("---|", len(calls)) + "\n")
	for _, e := range engines {
		cells := make([]string, len(calls))
		for _, c := range e.Calls {
			for i, name := range calls {
				if f, ok := c.figure(e.Competitors[0].Name); ok && name == c.Name {
					cells[i] = fmt.Sprintf("%.2f", f.Ratio.Median)
				}
			}
		}
		row(append([]string{e.heading(), e.Base}, cells...))
	}
	b.WriteString(causes)
	return b.String()
}

// causes explains the ratios that stay above 1. The shares are from processor profiles: of
// reads of one session in memory, of 40,000 calls of CreateSession on PostgreSQL, and of
// BenchmarkHandler of session/web.
const causes = `
Where the ratio stays above 1, the raw driver's code does less:

- **Memory.** A map checks nothing. The read of one session again and again takes about four times as long as the map's, 0.3 µs (BenchmarkAgainstMap of adapters/memory). Tenon's read checks the context and the id, finds the session and its user under the lock of a shard, and makes them from packed rows. Of the read of a session that the processor has in its cache, hashing and locks take a fifth of the time, the row and its times a third, and the front the rest; of any of a million, three fifths are in the lookup in a shard's map, which waits for a group of the map, its slot and the id in the row, and a tenth waits for the user's row. That is four waits for memory, one after the other. The map's read has seven: for the group, the slot and the session; for the text of the user's id; for the group, the slot and the key of the user. A create also enters the session into the list of its user, the index of unique values and the order of expiry; a deletion removes it from them.
- **PostgreSQL.** A write takes some 5 µs more of the client's processor time than pgxpool's, of about 50. Of the samples of a profile of CreateSession, 86 in 100 are in pgx itself, which pgxpool runs too. Four are in the front, which checks and encodes the row, three in building the parameters, and the rest in taking a connection from database/sql and giving it back. A renewal also writes to the index of expiry, as pgxpool's does here: [engines.md](engines.md#postgresql) says why the index stays.
- **MongoDB.** CreateSession is a transaction, so that no session is left of a user who is deleted at the same time: compare it with *mongo driver, transaction*. An update leaves out sessions that are not complete yet, and SwapLease shows in one round trip why it failed: [engines.md](engines.md#mongodb) says what each costs the server.
- **Redis and Valkey.** A write is a script that also keeps the list of the user's sessions and compares what it replaces; go-redis writes the session's hash alone. go-redis does not end a command when its context ends, so each command runs in a goroutine that the call can leave: some 5 µs of a core that client and server share.
- **Manager and middleware.** A request parses the cookie, hashes its token, compares it and judges the session's times, around one read of the store. Of the samples of a profile of a request whose session is in the processor's cache, 45 in 100 are in the manager: 16 in the store, 15 in judging the times, 7 in the token's digest. Reading the cookie takes 19, and copying the request with its context 10. Most of the others are in the headers of the response. With such a session the manager adds 0.7 to 0.9 µs to the store's read, and the middleware 1.1 to 1.3 µs to the manager (BenchmarkHandler of session/web).
`

func (e Engine) heading() string { return strings.TrimSpace(e.Title + " " + e.Version) }

func (c Call) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n%s. %d rounds of %d calls.\n\n", c.Name, capital(c.About), c.Rounds, c.Slice)
	wired := len(c.Figures) > 0 && c.Figures[0].Wire != nil && c.Figures[0].RoundTrips > 0
	head, rule := "| | µs | ratio | CPU µs | CPU ratio | allocations | B |", "|---|--:|--:|--:|--:|--:|--:|"
	if wired {
		head, rule = head+" trips | sent | received |", rule+"--:|--:|--:|"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for _, f := range c.Figures {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %.2f | %s | %s |", f.Competitor, micros(f.Micros), f.Ratio, micros(f.CPUMicros), f.CPURatio, whole(f.Allocations), whole(f.Bytes))
		if wired {
			trips, sent, received := f.wire()
			fmt.Fprintf(&b, " %s | %s | %s |", trips, sent, received)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// thousands formats a number with separators: "100,000".
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
