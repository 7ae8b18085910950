package main

import (
	"os"
	"strings"
	"testing"
)

// pageSQL returns the block of SQL in docs/from-lucia.md that begins with this
// comment.
func pageSQL(t *testing.T, comment string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/from-lucia.md")
	check(t, err)
	_, after, found := strings.Cut(string(page), "```sql\n-- "+comment+"\n")
	block, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatalf("the page has no block of SQL that begins with %q", comment)
	}
	return block
}
