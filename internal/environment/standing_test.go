package environment_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/environment"
)

func TestLook(t *testing.T) {
	t.Parallel()
	result := func(server, value string, o environment.Outcome) environment.Result {
		return environment.Result{
			Case:    environment.Case{Server: server, Kind: "role", Name: "DateStyle", Value: value},
			Verdict: environment.Verdict{Outcome: o, Detail: "because\nof this"},
		}
	}
	results := []environment.Result{
		result("A 1", "German", environment.Refused), result("A 1", "ISO", environment.Holds),
		result("A 2", "German", environment.Holds), result("A 1", "odd", environment.NotRun),
		{Case: environment.Case{Server: "A 1", Kind: "trigger", Name: "audit", Object: true}, Verdict: environment.Verdict{Outcome: environment.Holds}},
	}
	for name, test := range map[string]struct {
		is            environment.Case
		judged, exact bool
		text          string
	}{
		"as it was judged":              {environment.Case{Server: "A 1", Kind: "role", Name: "DateStyle", Value: "German"}, true, true, "refused: because"},
		"one that holds":                {environment.Case{Server: "A 1", Kind: "role", Name: "DateStyle", Value: "ISO"}, true, true, "holds"},
		"on another server":             {environment.Case{Server: "A 3", Kind: "role", Name: "DateStyle", Value: "German"}, true, false, "holds (A 2), refused (A 1)"},
		"with another value":            {environment.Case{Server: "A 1", Kind: "role", Name: "DateStyle", Value: "SQL"}, true, false, "with other values holds (ISO, German), refused (German)"},
		"with a value that was not run": {environment.Case{Server: "A 1", Kind: "role", Name: "DateStyle", Value: "odd"}, true, false, "with other values holds (ISO, German), refused (German)"},
		"set in another way":            {environment.Case{Server: "A 1", Kind: "DSN", Name: "DateStyle", Value: "German"}, false, false, "not judged here"},
		"an object":                     {environment.Case{Server: "A 1", Kind: "trigger", Name: "audit", Object: true}, true, true, "holds"},
		"a setting named as one":        {environment.Case{Server: "A 1", Kind: "trigger", Name: "audit"}, false, false, "not judged here"},
		"an object on another server":   {environment.Case{Server: "A 2", Kind: "trigger", Name: "audit", Object: true}, true, false, "holds (A 1)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := environment.Look(results, test.is)
			want := environment.Standing{Case: test.is, Judged: test.judged, Exact: test.exact, Text: test.text}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
