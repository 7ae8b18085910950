package mutants

func optionalMutants() []Mutant {
	return nil
}
