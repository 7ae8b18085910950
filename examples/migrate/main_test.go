package main

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/docpage"
)

// TestPage checks that the code of the page is that of this program.
func TestPage(t *testing.T) { docpage.Compare(t, "../../docs/command.md", 1) }
