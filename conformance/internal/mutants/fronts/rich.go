package fronts

import "github.com/tenon-go/tenon/internal/sample"

// Mutants about one attribute are healthy for the other types.
type (
	richUser    = sample.RichUser
	richSession = sample.RichSession
)
