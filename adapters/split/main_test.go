package split_test

import (
	"os"
	"testing"
	"time"
)

// TestMain gives the process a remote time zone, so that the clause about zones runs in
// this process instead of another one.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("far", 12*60*60+45*60)
	os.Exit(m.Run())
}
