package bolt_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/docpage"
)

// TestPage compares the code in docs/writing-an-adapter.md with this module.
func TestPage(t *testing.T) { docpage.Compare(t, "../../docs/writing-an-adapter.md", 7) }
