package conformance

func contextChecks[U, S any]() []check[U, S] {
	return nil
}
