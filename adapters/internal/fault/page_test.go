package fault_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
)

// TestErrorsPage checks the classes of faults in docs/errors.md.
func TestErrorsPage(t *testing.T) { errordoc.CheckFaults(t) }
