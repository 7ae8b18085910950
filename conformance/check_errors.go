package conformance

func errorChecks[U, S any]() []check[U, S] {
	return nil
}
