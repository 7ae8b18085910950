// Package managertest checks what package session's manager promises, on the
// store of any adapter:
//
//	func TestManager(t *testing.T) {
//		managertest.Run(t, func(t testing.TB) *spec.Store[managertest.User, managertest.Device] { … })
//	}
//
// It is run by the tests of package session over the embedded adapters, and by
// those of conformance/containers over the others.
package managertest
