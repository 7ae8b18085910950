package main

import (
	"context"
	"regexp"

	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/internal/environment"
)

// judgedSettings returns the settings that differ from the engine's defaults and are
// listed in docs/settings.md. A server can refuse to show its settings. That is not a
// fault of the adapter, so the report then has no settings.
func (v *verification) judgedSettings(ctx context.Context, a adapter, e *engine, progress *judging) []report.Setting {
	if e.settings == nil {
		return nil
	}
	cases, err := e.settings(ctx)
	if err != nil {
		progress.showNote("its settings will not be in the report: " + err.Error())
		return nil
	}
	results, err := environment.Judged(a.surroundings.results)
	if err != nil {
		progress.showNote("its settings will not be in the report: " + err.Error())
		return nil
	}
	var list []report.Setting
	for _, c := range cases {
		if s := environment.Look(results, c); s.Judged && !c.Object {
			list = append(list, report.Setting{Name: c.Name, Value: shownValue(s)})
		}
	}
	return list
}

// harmless matches values that reveal nothing about a server: numbers and switches.
var harmless = regexp.MustCompile(`(?i)^(-?[0-9]+(\.[0-9]+)?|on|off|yes|no|true|false)$`)

// shownValue returns the value of a setting for a report, which can be published. It hides
// a value that is not among those of docs/settings.md unless it is a number or a switch:
// it could be a path or an address.
func shownValue(s environment.Standing) string {
	if s.Exact || harmless.MatchString(s.Value) {
		return s.Value
	}
	return "(not shown)"
}
