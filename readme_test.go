package tenon_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// TestReadme compares the Go code in README.md with files that compile and run.
func TestReadme(t *testing.T) {
	var source strings.Builder
	for _, file := range []string{"example_test.go", "example_sessions_test.go", "adapters/memory/conformance_test.go"} {
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
