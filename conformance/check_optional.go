package conformance

func optionalChecks[U, S any]() []check[U, S] {
	return nil
}
