package mongo

import (
	"slices"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// TestErrorsPage checks the codes in docs/errors.md.
func TestErrorsPage(t *testing.T) {
	all := append(slices.Clone(codes),
		fault.Code{Code: "any other", Fault: fault.Unlisted},
		fault.Code{Code: "none", Name: "nothing was sent", Fault: fault.Unavailable, Note: "no server found, no connection, a pool that was cleared or closed"},
		fault.Code{Code: "none", Name: "a context's error", Fault: fault.TimedOut, Note: "it ended before the command was sent, or sent again"},
		fault.Code{Code: "none", Name: "no answer", Fault: fault.Unanswered},
		fault.Code{Code: "none", Name: "any other error of the driver", Fault: fault.Refused, Note: "a value that it cannot encode, or an answer that it cannot read"})
	for _, r := range rules {
		all = append(all, fault.Code{Code: "121 " + r.Code, Name: "DocumentValidationFailure", Fault: r.Fault})
	}
	errordoc.CheckCodes(t, "MongoDB", all)
}
