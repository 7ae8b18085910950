package conformance

func referenceChecks[U, S any]() []check[U, S] {
	return nil
}
