package main

import (
	"context"
	"regexp"

	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/internal/environment"
)

// judgedSettings returns the settings of an engine that are not its defaults and that
// docs/settings.md has. A server may refuse to tell them, which is no fault of the
// adapter: its report goes without.
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

// harmless are values that can be published, whoever's server it is.
var harmless = regexp.MustCompile(`(?i)^(-?[0-9]+(\.[0-9]+)?|on|off|yes|no|true|false)$`)

// shownValue is the value of a setting for a report that may be published: another than
// those that were tried, unless it is a number or a switch, may be a path or an address.
func shownValue(s environment.Standing) string {
	if s.Exact || harmless.MatchString(s.Value) {
		return s.Value
	}
	return "(not shown)"
}
