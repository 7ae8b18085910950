package conformance

func sweepChecks[U, S any]() []check[U, S] {
	return nil
}
