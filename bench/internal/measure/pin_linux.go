package measure

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin has all of this process run on one processor from now on.
func Pin(cpu int) error {
	var set unix.CPUSet
	set.Set(cpu)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &set); err != nil && err != unix.ESRCH {
			return err
		}
	}
	runtime.GOMAXPROCS(1)
	return nil
}
