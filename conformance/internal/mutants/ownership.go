package mutants

func ownershipMutants() []Mutant {
	return nil
}
