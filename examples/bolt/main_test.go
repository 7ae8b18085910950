package bolt_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the heap grow more before garbage is collected. The heap is small, and
// collecting it would take a quarter of the time of the tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
