package measure

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func TestPin(t *testing.T) {
	var before unix.CPUSet
	must(t, unix.SchedGetaffinity(0, &before))
	procs := runtime.GOMAXPROCS(0)
	cpu := 0
	for !before.IsSet(cpu) {
		cpu++
	}
	affinity := func() (set unix.CPUSet) {
		t.Helper()
		must(t, unix.SchedGetaffinity(0, &set))
		return set
	}
	undo, err := Pin(cpu)
	must(t, err)
	if set := affinity(); set.Count() != 1 || !set.IsSet(cpu) || runtime.GOMAXPROCS(0) != 1 {
		t.Errorf("pinned: %d processors, GOMAXPROCS %d", set.Count(), runtime.GOMAXPROCS(0))
	}
	must(t, undo())
	if affinity() != before || runtime.GOMAXPROCS(0) != procs {
		t.Errorf("not what it was before")
	}
}
