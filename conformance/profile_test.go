package conformance

import (
	"strings"
	"testing"
)

// A failure of a clause that is newer than the profile is a warning, and so is that of a
// newer check of an old clause.
func TestProfile(t *testing.T) {
	for _, test := range []struct {
		profile, since string
		outcome, want  Outcome
	}{
		{"core@1.0", "1.0", Failed, Failed},
		{"core@1.0", "1.1", Failed, Warned},
		{"core@1.0", "1.1", NotRun, Warned},
		{"core@1.0", "1.1", Passed, Passed},
		{"core@1.0", "1.1", Waived, Waived},
		{"core@1.9", "1.10", Failed, Warned},
		{"core@1.10", "1.9", Failed, Failed},
		{"core@2.0", "1.9", Failed, Failed},
		{"core@1.9", "2.0", Failed, Warned},
		{"", "9.9", Failed, Failed},
	} {
		o := Options{Profile: test.profile}
		for what, p := range map[string]planned{
			"clause": {clause: Clause{ID: "USR-01", Since: test.since}},
			"check":  {clause: Clause{ID: "USR-01", Since: firstVersion}, check: "new", since: test.since},
		} {
			got := o.downgrade(p, Result{Outcome: test.outcome, Output: "why"})
			if got.Outcome != test.want || !strings.HasSuffix(got.Output, "why") {
				t.Errorf("%s, a %s of %s that %s: %s (%s), want %s", test.profile, what, test.since, test.outcome, got.Outcome, got.Output, test.want)
			}
			if got.Outcome == Warned && got.Bad() {
				t.Error("a warning is bad")
			}
		}
	}
}

func TestProfileNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"core@" + firstVersion: true,
		"core":                 false, "core@": false, "core@1": false, "core@0.9": false, "core@1.00": false, "core@9.9": false, "core@1.0.0": false, "other@1.0": false, "1.0": false,
	} {
		o := Options{Profile: name}
		if err := o.check(); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, c := range Clauses() {
		if _, _, ok := parseVersion(c.Since); !ok || compareVersions(c.Since, Version) > 0 {
			t.Errorf("%s came in %q, and the suite is %s", c.ID, c.Since, Version)
		}
	}
	for _, p := range NewSubject(nil).plan(&runner{}) {
		if p.since == "" {
			continue
		}
		if _, _, ok := parseVersion(p.since); !ok || compareVersions(p.since, Version) > 0 || compareVersions(p.since, p.clause.Since) <= 0 {
			t.Errorf("%s came in %q, its clause in %s, and the suite is %s", p.name(), p.since, p.clause.Since, Version)
		}
	}
}
