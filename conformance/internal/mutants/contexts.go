package mutants

func contextMutants() []Mutant {
	return nil
}
