package conformance

func timeChecks[U, S any]() []check[U, S] {
	return nil
}
