package redis

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/docpage"
)

// TestPage compares the code in docs/writing-a-network-adapter.md with this module.
func TestPage(t *testing.T) { docpage.Compare(t, "../../docs/writing-a-network-adapter.md", 3) }
