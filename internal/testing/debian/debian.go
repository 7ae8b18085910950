// Package debian finds programs of Debian packages, which some tests need.
package debian

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Find returns the path of a program, which Debian's package pkg contains. If the program
// is missing, Find skips the test, or fails it if TENON_REQUIRE asks for the program.
func Find(t *testing.T, program, pkg string) (path string) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil { // some programs are in folders that are not in most users' PATH
		path, err = exec.LookPath("/usr/sbin/" + program)
	}
	if err == nil {
		return path
	}
	required := strings.FieldsFunc(os.Getenv("TENON_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(required, "all") || slices.Contains(required, program) {
		t.Fatalf("TENON_REQUIRE asks for %s, which is not installed: %v\nWhat would help: apt-get install %s", program, err, pkg)
	}
	t.Skipf("NOT RUN: %s: no %s here (%v). apt-get install %s; TENON_REQUIRE=%[2]s makes this a failure", t.Name(), program, err, pkg)
	return ""
}
