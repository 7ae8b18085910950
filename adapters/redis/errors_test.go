package redis

import (
	"slices"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// TestErrorsPage checks the codes in docs/errors.md.
func TestErrorsPage(t *testing.T) {
	errordoc.CheckCodes(t, "Redis, Valkey", append(slices.Clone(codes),
		fault.Code{Code: "any other", Fault: fault.Unlisted},
		fault.Code{Code: "none", Name: "nothing was sent", Fault: fault.Unavailable, Note: "no connection could be made, the pool had none, or the context ended first"},
		fault.Code{Code: "none", Name: "no answer", Fault: fault.Unanswered},
		fault.Code{Code: "none", Name: "an answer that the client cannot read", Fault: fault.Refused,
			Note: "to a read; a write may have been applied, and counts as not answered"}))
}
