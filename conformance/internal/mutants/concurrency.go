package mutants

func concurrencyMutants() []Mutant {
	return nil
}
