package fronts

import "slices"

func sessionMutants() []Mutant {
	return slices.Concat(
		sessionDeleteMutants(),
		sessionListMutants(),
	)
}
