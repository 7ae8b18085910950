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

// profile names what has to pass: the profile that was asked for, or this version's.
func (o *Options) profile() string { return cmp.Or(o.Profile, profilePrefix+Version) }

// binds reports whether an adapter must keep what came in this version to have the
// profile; everything if the profile is empty.
func binds(profile, since string) bool {
	return profile == "" || compareVersions(since, strings.TrimPrefix(profile, profilePrefix)) <= 0
}

// temper makes a warning of what an adapter need not keep to have the profile: a
// clause, or a check of one, that is newer.
func (o *Options) temper(p planned, result Result) Result {
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
