package conformance

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const namesFile = "testdata/checks.txt"

// TestNamesOfChecksStay detects renamed checks, because waivers in the tests of adapters
// can name them, and checks that the file lacks. The flag -update adds new checks to the
// file. Remove one only by hand, in a major version.
func TestNamesOfChecksStay(t *testing.T) {
	data, err := os.ReadFile(namesFile)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(data))
	var names []string // without the type
	for _, name := range Checks(wholeSubject()) {
		name = name[:strings.LastIndexByte(name, '/')]
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range known {
		if !slices.Contains(names, name) {
			t.Errorf("there is no check %s any more", name)
		}
	}
	for _, name := range names {
		if !*update && !slices.Contains(known, name) {
			t.Errorf("%s lacks %s; add it with -update", namesFile, name)
		}
	}
	if !*update || t.Failed() {
		return
	}
	if err := os.WriteFile(namesFile, []byte(strings.Join(names, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
