package conformance

func storeChecks[U, S any]() []check[U, S] {
	return nil
}
