package mutants

func errorMutants() []Mutant {
	return nil
}
