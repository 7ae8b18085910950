package conformance

func concurrencyChecks[U, S any]() []check[U, S] {
	return nil
}
