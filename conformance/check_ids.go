package conformance

func idChecks[U, S any]() []check[U, S] {
	return nil
}
