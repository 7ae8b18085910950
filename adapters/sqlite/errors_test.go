package sqlite

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
)

// TestErrorsPage holds docs/errors.md against the table of codes.
func TestErrorsPage(t *testing.T) { errordoc.Hold(t, dialect().Engine, errordoc.SQL(dialect())) }
