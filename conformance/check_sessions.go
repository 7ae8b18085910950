package conformance

func sessionChecks[U, S any]() []check[U, S] {
	return nil
}
