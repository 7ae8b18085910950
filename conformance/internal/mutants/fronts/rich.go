package fronts

import "github.com/tenon-go/tenon/internal/sample"

// Mutants about one attribute are healthy for the other types.
type (
	richUser    = sample.RichUser
	richSession = sample.RichSession
	richCall    = call[richUser, richSession]
	richAltered = altered[richUser, richSession]

	nestedUser    = sample.NestedUser
	nestedSession = sample.NestedSession
	nestedCall    = call[nestedUser, nestedSession]
	nestedAltered = altered[nestedUser, nestedSession]
)
