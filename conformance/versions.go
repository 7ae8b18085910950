package conformance

import (
	"reflect"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// readVersions lets a writer change a row to each of these versions in turn, with one call
// for each except the first. At the same time readers read the row, each in one of the given
// ways. A reader must always find one complete version, and never an earlier one than
// before. The zero version means that the row does not exist, for which a way returns
// notFound. What names the row in failures: "session".
//
// The first round uses all ways at once, and later ones use one way each: a reader meets
// more writes alone than with others that share the processors.
func readVersions[U, S, R any](t *tester[U, S], round int, what string, notFound error, versions []R, call string, write func(i int) error, ways ...func() (R, error)) {
	if round > 0 {
		ways = ways[round%len(ways):][:1]
	}
	var written atomic.Bool
	var pace pace
	t.runTogether(1+len(ways), func(i int) {
		if i == 0 {
			defer written.Store(true)
			for v := 1; v < len(versions); v++ {
				t.await(&pace, v%3)
				t.must(t.retry(func() error { return write(v) }), "%s while others read", call)
			}
			return
		}
		seen := 0
		for last := false; !last && !t.Failed(); {
			pace.look()
			last = written.Load()
			got, err := ways[i-1]()
			if spec.ClassOf(err) == notFound {
				got, err = *new(R), nil
			}
			t.must(err, "a read during %s", call)
			now := versionOf(versions, got)
			if now < 0 {
				t.want(got, versions[len(versions)-1], "a read during %s: the %s is not one of the %d that were ever stored; the last one", call, what, len(versions))
			} else if now < seen {
				t.Errorf("a read during %s\n  got:  the %s as it was after %d calls\n  want: as after %d calls or more, which this reader had seen before", call, what, now, seen)
			}
			seen = now
		}
	})
}

// versionOf returns the index of the version that equals a row, the latest one if there are
// several, or -1.
func versionOf[R any](versions []R, row R) int {
	for i := len(versions) - 1; i >= 0; i-- {
		if reflect.DeepEqual(versions[i], row) {
			return i
		}
	}
	return -1
}
