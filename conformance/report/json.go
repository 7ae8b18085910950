package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/tenon-go/tenon/conformance"
)

// schema is the version of the JSON form, which docs/report.md describes. Within one
// version, fields can be added but not changed or removed.
const schema = 1

type jsonReport struct {
	Schema   int           `json:"schema"`
	Suite    string        `json:"suite"`
	Profile  string        `json:"profile"`
	Command  string        `json:"command,omitempty"`
	Start    time.Time     `json:"start"`
	Outcome  string        `json:"outcome"`
	Adapters []jsonAdapter `json:"adapters"`
}

type jsonAdapter struct {
	Name     string              `json:"name"`
	Engine   string              `json:"engine"`
	Version  string              `json:"version"`
	Driver   string              `json:"driver"`
	Deployed string              `json:"deployment"`
	Settings []Setting           `json:"settings"`
	Outcome  conformance.Outcome `json:"outcome"`
	Reason   string              `json:"reason,omitempty"`
	Remedy   string              `json:"remedy,omitempty"`
	Required bool                `json:"required"`
	Weak     []string            `json:"weaknesses"`
	Duration milliseconds        `json:"duration_ms"`
	Counts   jsonCounts          `json:"counts"`
	Clauses  []jsonClause        `json:"clauses"`
}

type jsonCounts struct {
	Passed     int `json:"passed"`
	Failed     int `json:"failed"`
	NotRun     int `json:"not_run"`
	Waived     int `json:"waived"`
	NotOffered int `json:"not_offered"`
	LeftOut    int `json:"left_out"`
	DoNotApply int `json:"do_not_apply"`
	Warned     int `json:"warned"`
}

type jsonClause struct {
	ID       string              `json:"id"`
	Group    string              `json:"group"`
	Level    conformance.Level   `json:"level"`
	Front    bool                `json:"front"`
	Since    string              `json:"since"`
	Outcome  conformance.Outcome `json:"outcome"`
	Duration milliseconds        `json:"duration_ms"`
	Checks   []jsonCheck         `json:"checks"`
}

type jsonCheck struct {
	Check    string              `json:"check"`
	Type     string              `json:"type"`
	Outcome  conformance.Outcome `json:"outcome"`
	Duration milliseconds        `json:"duration_ms"`
	Rounds   int                 `json:"rounds,omitempty"`
	Output   string              `json:"output,omitempty"`
	Kind     string              `json:"kind,omitempty"`
}

// milliseconds is a duration as a number of milliseconds, to the microsecond.
type milliseconds time.Duration

func (m milliseconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(m).Microseconds()) / 1000)
}

// WriteJSON writes the report as one JSON object (see docs/report.md).
func (r Report) WriteJSON(w io.Writer) error {
	r = r.inOrder()
	out := jsonReport{
		Schema: schema, Suite: r.Suite, Profile: r.profile(), Command: r.Command, Start: r.Start.UTC(), Outcome: r.verdict(),
		Adapters: make([]jsonAdapter, 0, len(r.Adapters)),
	}
	for _, a := range r.Adapters {
		out.Adapters = append(out.Adapters, a.json())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// verdict returns the outcome of the run in one word.
func (r Report) verdict() string {
	switch {
	case r.Interrupted:
		return "interrupted"
	case r.Passed():
		return string(conformance.Passed)
	}
	return string(conformance.Failed)
}

func (a Adapter) json() jsonAdapter {
	c := Count(a.Results)
	return jsonAdapter{
		Name: a.Name, Engine: a.Engine, Version: a.Version,
		Driver: a.Driver, Deployed: a.Deployment, Settings: append([]Setting{}, a.Settings...),
		Outcome: a.Outcome(), Reason: a.Why, Remedy: a.Remedy, Required: a.Required,
		Weak:     a.names(),
		Duration: milliseconds(a.Duration),
		Counts: jsonCounts{
			Passed: c[conformance.Passed], Failed: c[conformance.Failed], NotRun: c[conformance.NotRun],
			Waived: c[conformance.Waived], NotOffered: c[conformance.NotOffered], LeftOut: c[conformance.LeftOut],
			DoNotApply: c[conformance.NotApplicable], Warned: c[conformance.Warned],
		},
		Clauses: a.jsonClauses(),
	}
}

// jsonClauses lists the clauses in the order of docs/spec.md. For an adapter that could
// not run, it lists all clauses as not run. For an adapter that ran, it lists those of
// its plan, which for an adapter that keeps only sessions has none about users.
func (a Adapter) jsonClauses() []jsonClause {
	results := map[string][]conformance.Result{}
	for _, r := range a.Results {
		results[r.Clause] = append(results[r.Clause], r)
	}
	list := []jsonClause{}
	for _, c := range conformance.Clauses() {
		clause := jsonClause{ID: c.ID, Group: c.Group(), Level: c.Level, Front: c.Front, Since: c.Since, Outcome: conformance.NotRun, Checks: []jsonCheck{}}
		switch of := results[c.ID]; {
		case a.Why != "":
		case of == nil:
			continue
		default:
			clause.Outcome = Count(of).Outcome()
			for _, r := range of {
				clause.Duration += milliseconds(r.Duration)
				clause.Checks = append(clause.Checks, jsonCheck{
					Check: r.Check, Type: r.Type, Outcome: r.Outcome,
					Duration: milliseconds(r.Duration), Rounds: r.Rounds, Output: r.Output, Kind: r.Kind,
				})
			}
		}
		list = append(list, clause)
	}
	return list
}
