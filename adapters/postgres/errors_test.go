package postgres

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
)

// TestErrorsPage checks the codes in docs/errors.md.
func TestErrorsPage(t *testing.T) { errordoc.CheckCodes(t, dialect().Engine, errordoc.SQL(codes)) }
