package conformance

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// firstVersion is the suite's first version.
const firstVersion = "1.0"

// profilePrefix is the beginning of the name of every profile: "core@1.0".
const profilePrefix = "core@"

// profile returns the name of the profile that must pass: that of the options, or that of
// this version.
func (o *Options) profile() string { return cmp.Or(o.Profile, profilePrefix+Version) }

// binds reports whether the profile includes the checks that were introduced in this
// version. An empty profile includes all.
func binds(profile, since string) bool {
	return profile == "" || compareVersions(since, strings.TrimPrefix(profile, profilePrefix)) <= 0
}

// downgrade turns a failure into a warning if the check or its clause is newer than the
// profile.
func (o *Options) downgrade(p planned, result Result) Result {
	what, since := p.clause.ID, p.clause.Since
	if p.since != "" {
		what, since = p.clause.ID+"/"+p.check, p.since
	}
	if result.Bad() && !binds(o.Profile, since) {
		result.Output = fmt.Sprintf("%s, but %s came in suite %s, after %s: %s", result.Outcome, what, since, o.Profile, result.Output)
		result.Outcome = Warned
	}
	return result
}

// checkProfile returns an error for a profile that does not exist.
func checkProfile(profile string) error {
	version, ok := strings.CutPrefix(profile, profilePrefix)
	major, minor, parsed := parseVersion(version)
	if ok && parsed && version == fmt.Sprintf("%d.%d", major, minor) &&
		compareVersions(version, firstVersion) >= 0 && compareVersions(version, Version) <= 0 {
		return nil
	}
	return fmt.Errorf("conformance: profile %q: there are %s%s to %[2]s%[4]s", profile, profilePrefix, firstVersion, Version)
}

// compareVersions compares two versions of the suite, like cmp.Compare.
func compareVersions(a, b string) int {
	majorA, minorA, _ := parseVersion(a)
	majorB, minorB, _ := parseVersion(b)
	return cmp.Or(cmp.Compare(majorA, majorB), cmp.Compare(minorA, minorB))
}

// parseVersion parses a version such as "1.12".
func parseVersion(version string) (major, minor int, ok bool) {
	before, after, found := strings.Cut(version, ".")
	major, err := strconv.Atoi(before)
	minor, err2 := strconv.Atoi(after)
	return major, minor, found && err == nil && err2 == nil
}
