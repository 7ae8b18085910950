package mutants

func sessionMutants() []Mutant {
	return nil
}
