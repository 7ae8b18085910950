package measure

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin makes all threads of this process run on one processor until undo is called.
func Pin(cpu int) (undo func() error, err error) {
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return nil, err
	}
	one.Set(cpu)
	if err := run(&one); err != nil {
		return nil, err
	}
	procs := runtime.GOMAXPROCS(1)
	return func() error {
		runtime.GOMAXPROCS(procs)
		return run(&before)
	}, nil
}

// run makes all threads, and those that they start later, run on these processors.
func run(on *unix.CPUSet) error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, on); err != nil && err != unix.ESRCH { // it has ended
			return err
		}
	}
	return nil
}
