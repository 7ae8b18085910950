// Package managertest holds package session's manager against what it
// promises, over any adapter:
//
//	func TestManager(t *testing.T) {
//		managertest.Run(t, func(t testing.TB) spec.TypedAdapter[managertest.User, managertest.Device] { … })
//	}
//
// It is run by the tests of package session over the embedded adapters, and by
// those of conformance/containers over the others.
package managertest
