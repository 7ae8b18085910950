package webtest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// reportMissing skips a test for want of a program, or fails if TENON_REQUIRE
// asks for it.
func reportMissing(t *testing.T, program, debian string, err error) {
	t.Helper()
	required := strings.FieldsFunc(os.Getenv("TENON_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(required, "all") || slices.Contains(required, program) {
		t.Fatalf("TENON_REQUIRE asks for %s, which is not here: %v\nWhat would help: apt-get install %s", program, err, debian)
	}
	t.Skipf("NOT RUN: %s: no %s here (%v). apt-get install %s; TENON_REQUIRE=%[2]s makes this a failure", t.Name(), program, err, debian)
}
