package mutants

func attributeMutants() []Mutant {
	return nil
}
