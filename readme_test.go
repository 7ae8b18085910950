package tenon_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// TestReadme compares the Go code in README.md with the files here, which
// compile and run.
func TestReadme(t *testing.T) {
	var source strings.Builder
	for _, file := range []string{"example_test.go", "example_sessions_test.go", "readme_test.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if clauses := fmt.Sprintf("%d numbered clauses", len(conformance.Clauses())); !strings.Contains(string(page), clauses) {
		t.Errorf("README.md does not speak of %s", clauses)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 3 {
		t.Fatalf("found %d blocks of code in README.md, want 3", len(blocks))
	}
	for _, block := range blocks {
		for _, part := range strings.Split(block[1], "\n\n") {
			if !strings.Contains(source.String(), strings.TrimSpace(part)) {
				t.Errorf("this code of README.md is in no file that runs:\n%s", part)
			}
		}
	}
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "there is no driver"},
			{Clause: "ERR-05", Reason: "there is nothing to be cut off from"},
			{Clause: "ERR-06", Reason: "there is no answer to lose"},
		},
	})
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	return memory.NewAdapter(columns) // yours here: s.Name tells stores apart
}

// TestIndex: the index of the documents lists every page.
func TestIndex(t *testing.T) {
	index, err := os.ReadFile("docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatal(len(pages), err)
	}
	for _, page := range pages {
		if name := filepath.Base(page); name != "README.md" && !strings.Contains(string(index), "]("+name+")") {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
}
