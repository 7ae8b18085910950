package conformance

func leaseChecks[U, S any]() []check[U, S] {
	return nil
}
