package conformance

func attributeChecks[U, S any]() []check[U, S] {
	return nil
}
