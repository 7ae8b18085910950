package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// surroundings is what verify --environment knows about an adapter.
type surroundings struct {
	results  string // the engine's name in package environment
	variable string // the environment variable with the DSN; empty: there is no such variable

	// look judges the server at dsn as it is configured, and lists its settings
	// and objects. It removes whatever it creates there. Its errors do not
	// contain the DSN.
	look func(ctx context.Context, dsn string) (*sight, error)
}

// sight is what look found on a user's server.
type sight struct {
	about   spec.Description
	verdict environment.Verdict // on the program's calls
	found   []environment.Case  // settings other than the defaults, and objects around the tables
}

// judged is one server in the report.
type judged struct {
	Adapter string                 `json:"adapter"`
	Engine  string                 `json:"engine"`
	Version string                 `json:"version"`
	Outcome environment.Outcome    `json:"outcome"`
	Detail  string                 `json:"detail,omitempty"`
	Found   []environment.Standing `json:"found"`
}

// judgeEnvironment judges the user's servers as they are configured: those that --dsn or
// the environment names.
func (t tool) judgeEnvironment(ctx context.Context, flags verifyFlags, args []string) error {
	if err := checkFormat(flags.format); err != nil {
		return err
	}
	adapters, err := t.findAdapters(args)
	if err != nil {
		return err
	}
	adapters = slices.DeleteFunc(slices.Clone(adapters), func(a adapter) bool { return a.surroundings == nil })
	for i := range adapters {
		if adapters[i].schemes == nil {
			adapters[i].schemes = []string{} // it accepts a path, after "sqlite="
		}
	}
	dsn, err := t.dataSources(flags.dsn, adapters)
	if err != nil {
		return err
	}
	for _, a := range adapters {
		if v := a.surroundings.variable; dsn[a.name] == "" && v != "" {
			dsn[a.name] = t.getenv(v)
		}
	}
	adapters = slices.DeleteFunc(adapters, func(a adapter) bool { return dsn[a.name] == "" })
	if len(adapters) == 0 {
		return errors.New("--environment: name a server with --dsn, or in TENON_POSTGRES_DSN or another variable (see Environment in --help)")
	}
	bad := false
	var servers []judged
	for _, a := range adapters {
		fmt.Fprintf(t.stderr, "%s: looking at your server\n", a.name)
		j, err := lookAt(ctx, a, dsn[a.name])
		if ctx.Err() != nil {
			return exitInterrupted
		}
		if err != nil {
			fmt.Fprintf(t.stderr, "tenon: %s: %s\n", a.name, report.Printable(err.Error()))
			bad = true
			continue
		}
		bad = bad || j.Outcome != environment.Holds
		servers = append(servers, j)
	}
	write := writeEnvironment
	if flags.format == "json" {
		write = writeEnvironmentJSON
	}
	if err := write(t.stdout, servers); err != nil {
		fmt.Fprintf(t.stderr, "tenon: writing the report: %v\n", err)
		return exitFailed
	}
	if bad {
		return exitFailed
	}
	return nil
}

func lookAt(ctx context.Context, a adapter, dsn string) (judged, error) {
	seen, err := a.surroundings.look(ctx, dsn)
	if err != nil {
		return judged{}, err
	}
	results, err := environment.Judged(a.surroundings.results)
	if err != nil {
		return judged{}, err
	}
	j := judged{
		Adapter: a.name, Engine: seen.about.Engine, Version: seen.about.Version,
		Outcome: seen.verdict.Outcome, Detail: seen.verdict.Detail, Found: []environment.Standing{},
	}
	for _, c := range seen.found {
		j.Found = append(j.Found, environment.Look(results, c))
	}
	return j, nil
}

// programStore is the store on which the program runs.
type programStore = *spec.Store[program.User, program.Session]

// tryProgram runs the program on two handles that open returns. Their tables do not
// exist yet: tryProgram calls Migrate.
func tryProgram(ctx context.Context, open func() (programStore, error)) (spec.Description, environment.Verdict) {
	var about spec.Description
	first, err := open()
	if err != nil {
		return about, refuse(err)
	}
	defer first.Close()
	second, err := open()
	if err != nil {
		return about, refuse(err)
	}
	defer second.Close()
	if about, err = first.Describe(ctx); err != nil {
		return about, refuse(err)
	}
	for _, call := range []func(context.Context) error{first.Migrate, first.Check, second.Check} {
		if err := call(ctx); err != nil {
			return about, refuse(err)
		}
	}
	r := program.Judge(ctx, first, second)
	switch {
	case len(r.Faults) > 0:
		return about, environment.Verdict{Outcome: environment.Fault, Detail: r.String()}
	case len(r.Limits) > 0:
		return about, environment.Verdict{Outcome: environment.Limited, Detail: r.String()}
	}
	return about, environment.Verdict{Outcome: environment.Holds}
}

// refuse returns the verdict for an error that occurs before the program runs.
func refuse(err error) environment.Verdict {
	v := environment.Verdict{Outcome: environment.Refused, Detail: err.Error()}
	if spec.ClassOf(err) == spec.ErrUnavailable {
		v.Outcome = environment.Limited
	}
	return v
}

// ownName returns a random name, which no object on the user's server has.
func ownName() string { return "tenon_verify_" + strings.ToLower(rand.Text()[:12]) }

var sentences = map[environment.Outcome]string{
	environment.Holds:   "every call was right",
	environment.Refused: "Open, Migrate or Check failed, so no call was made",
	environment.Limited: "each call was right, or failed and applied nothing",
	environment.Fault:   "some calls were wrong; please report this",
}

func writeEnvironment(w io.Writer, servers []judged) error {
	var b strings.Builder
	for i, s := range servers {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s %s\n\n  %s: %s\n", s.Adapter, s.Engine, s.Version, s.Outcome, sentences[s.Outcome])
		if s.Detail != "" {
			fmt.Fprintf(&b, "    %s\n", strings.ReplaceAll(report.Printable(s.Detail), "\n", "\n    "))
		}
		writeStandings(&b, s.Found, false, "Settings other than the default")
		writeStandings(&b, s.Found, true, "Objects around the tables users and sessions")
	}
	if len(servers) > 0 {
		b.WriteString("\ndocs/settings.md explains the outcomes, and lists all settings and objects that were judged.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeStandings(b *strings.Builder, found []environment.Standing, objects bool, title string) {
	found = slices.DeleteFunc(slices.Clone(found), func(s environment.Standing) bool { return s.Object != objects })
	unknown, width := 0, 0
	label := func(s environment.Standing) string {
		text := s.Kind + ": " + s.Name
		if !objects {
			text = s.Name + " = " + s.Value
		}
		const most = 48
		if runes := []rune(report.Printable(text)); len(runes) > most {
			return string(runes[:most-1]) + "…"
		} else {
			return string(runes)
		}
	}
	for _, s := range found {
		width = max(width, len([]rune(label(s))))
		if !s.Judged {
			unknown++
		}
	}
	fmt.Fprintf(b, "\n  %s: %d, of which %d not judged here\n", title, len(found), unknown)
	for _, s := range found {
		text := label(s)
		fmt.Fprintf(b, "    %s%s  %s\n", text, strings.Repeat(" ", width-len([]rune(text))), report.Printable(s.Text))
	}
}

func writeEnvironmentJSON(w io.Writer, servers []judged) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Servers []judged `json:"servers"`
	}{append([]judged{}, servers...)})
}
