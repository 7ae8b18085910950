package conformance

// richChecks are about attributes that only the rich types have.
func richChecks() []check[RichUser, RichSession] {
	return nil
}
