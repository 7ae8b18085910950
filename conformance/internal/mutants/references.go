package mutants

func referenceMutants() []Mutant {
	return nil
}
