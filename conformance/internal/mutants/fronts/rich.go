package fronts

import "github.com/tenon-go/tenon/conformance"

// Mutants about one attribute are healthy for the other types.
type (
	richUser    = conformance.RichUser
	richSession = conformance.RichSession
)
