package mutants

func sweepMutants() []Mutant {
	return nil
}
