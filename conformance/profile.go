package conformance

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// firstVersion is the suite's first version.
const firstVersion = "1.0"

// profilePrefix begins the name of every profile: "core@1.0".
const profilePrefix = "core@"

// binds reports whether an adapter must keep a clause to have the profile; every clause
// if the profile is empty.
func binds(profile string, c Clause) bool {
	return profile == "" || compareVersions(c.Since, strings.TrimPrefix(profile, profilePrefix)) <= 0
}

// temper makes a warning of what an adapter need not keep to have the profile.
func (o *Options) temper(p planned, result Result) Result {
	if result.Bad() && !binds(o.Profile, p.clause) {
		result.Output = fmt.Sprintf("%s, but %s came in suite %s, after %s: %s", result.Outcome, p.clause.ID, p.clause.Since, o.Profile, result.Output)
		result.Outcome = Warned
	}
	return result
}

// checkProfile refuses a profile that there is not.
func checkProfile(profile string) error {
	version, ok := strings.CutPrefix(profile, profilePrefix)
	major, minor, parsed := parseVersion(version)
	if ok && parsed && version == fmt.Sprintf("%d.%d", major, minor) &&
		compareVersions(version, firstVersion) >= 0 && compareVersions(version, Version) <= 0 {
		return nil
	}
	return fmt.Errorf("conformance: profile %q: there are %s%s to %[2]s%[4]s", profile, profilePrefix, firstVersion, Version)
}

// compareVersions compares two versions of the suite, as cmp.Compare does.
func compareVersions(a, b string) int {
	majorA, minorA, _ := parseVersion(a)
	majorB, minorB, _ := parseVersion(b)
	return cmp.Or(cmp.Compare(majorA, majorB), cmp.Compare(minorA, minorB))
}

// parseVersion reads "1.12".
func parseVersion(version string) (major, minor int, ok bool) {
	before, after, found := strings.Cut(version, ".")
	major, err := strconv.Atoi(before)
	minor, err2 := strconv.Atoi(after)
	return major, minor, found && err == nil && err2 == nil
}
