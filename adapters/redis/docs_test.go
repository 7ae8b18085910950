package redis

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPage holds the code in docs/writing-a-network-adapter.md against this module.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/writing-a-network-adapter.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 3 {
		t.Fatalf("found %d blocks of code in the page", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(source.String(), block[1]) {
			t.Errorf("this code of the page is not in the module:\n%s", block[1])
		}
	}
}
