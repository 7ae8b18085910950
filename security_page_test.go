package tenon_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPage: the tests that SECURITY.md names exist.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, dir := range []string{"session", "session/web", "session/web/webtest", "session/storage", "internal/testing/managertest"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)\\w+)(?:/(\\w+))?`").FindAllStringSubmatch(string(page), -1)
	if len(names) < 20 {
		t.Fatalf("found %d names of tests", len(names))
	}
	for _, name := range names {
		want := "func " + name[1] + "("
		if name[2] != "" {
			want = `{"` + name[2] + `", ` // in managertest
		}
		if !strings.Contains(source.String(), want) {
			t.Errorf("SECURITY.md names %s, which is no test", strings.Trim(name[0], "`"))
		}
	}
}
