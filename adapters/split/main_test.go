package split_test

import (
	"os"
	"testing"
	"time"
)

// TestMain puts the process into a far zone, so that the clause about it is
// judged here rather than in a process of its own.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("far", 12*60*60+45*60)
	os.Exit(m.Run())
}
