// Package managertest tests package session's manager on the store of any adapter:
//
//	func TestManager(t *testing.T) {
//		managertest.Run(t, func(t testing.TB) *spec.Store[managertest.User, managertest.Device] { … })
//	}
//
// The tests of package session run it on the embedded adapters, and those of
// conformance/containers on the others.
package managertest
