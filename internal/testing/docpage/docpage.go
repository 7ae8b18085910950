// Package docpage compares the code on a page of the documentation with the module from
// which it is taken.
package docpage

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var block = regexp.MustCompile("(?s)```go\n(.*?)```")

// Compare fails t for each block of Go code on the page that is not in the Go files of the
// test's folder. It also fails t if there are fewer blocks than least.
func Compare(t *testing.T, page string, least int) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(code)
	}
	blocks := block.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < least {
		t.Fatalf("found %d blocks of code in the page", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(source.String(), b[1]) {
			t.Errorf("this code of the page is not in the module:\n%s", b[1])
		}
	}
}
