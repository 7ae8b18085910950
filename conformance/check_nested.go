package conformance

// nestedChecks are about attributes that only the nested types have.
func nestedChecks() []check[NestedUser, NestedSession] {
	return nil
}
