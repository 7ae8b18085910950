package conformance

func ownershipChecks[U, S any]() []check[U, S] {
	return nil
}
