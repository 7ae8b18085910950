package mutants

import "slices"

func sessionMutants() []Mutant {
	return slices.Concat(
		sessionCreateMutants(),
		sessionUpdateMutants(),
		sessionDeleteMutants(),
		sessionListMutants(),
	)
}
