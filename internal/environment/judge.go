package environment

import (
	"context"
	"slices"
	"sync"
)

// batch is the number of cases that are tried together, if they can be.
const batch = 64

// Try sets up several cases together, runs the program, and removes them again. It is
// called with more than one case only if all are Together, of one server and of one kind,
// and have different names.
type Try func(ctx context.Context, cases []Case) Verdict

// Judge tries each case that the log does not have, with at most this number of tries at
// a time. It appends each result to the log at once. It tries cases together if it can. If
// the verdict is not Holds, it tries each half again, until a case is alone. Judge returns
// the first error of the log, or that of ctx.
func Judge(ctx context.Context, cases []Case, log *Log, tries int, try Try) error {
	var (
		groups = make(chan []Case)
		failed = make(chan error, tries)
		wait   sync.WaitGroup
	)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range tries {
		wait.Go(func() {
			for group := range groups {
				if err := judge(ctx, group, log, try); err != nil {
					failed <- err
					cancel()
					return
				}
			}
		})
	}
	for _, group := range groupsOf(slices.DeleteFunc(slices.Clone(cases), log.Has)) {
		select {
		case groups <- group:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(groups)
	wait.Wait()
	close(failed)
	if err := <-failed; err != nil {
		return err
	}
	return ctx.Err()
}

// judge tries a group. If the verdict is not Holds, it tries its halves.
func judge(ctx context.Context, group []Case, log *Log, try Try) error {
	verdict := try(ctx, group)
	if err := ctx.Err(); err != nil {
		return err // the verdict of a try that was cut short means nothing
	}
	if verdict.Outcome == Holds || len(group) == 1 {
		for _, c := range group {
			if err := log.Append(Result{c, verdict}); err != nil {
				return err
			}
		}
		return nil
	}
	half := len(group) / 2
	if err := judge(ctx, group[:half], log, try); err != nil {
		return err
	}
	return judge(ctx, group[half:], log, try)
}

// groupsOf splits the cases into groups to try together.
func groupsOf(cases []Case) [][]Case {
	type key struct {
		server, kind string
		nth          int // of the values of one name
	}
	var (
		groups [][]Case
		open   = make(map[key]int) // the group that is not yet full
		seen   = make(map[key]map[string]int)
	)
	for _, c := range cases {
		if !c.Together {
			groups = append(groups, []Case{c})
			continue
		}
		k := key{c.Server, c.Kind, 0}
		if seen[k] == nil {
			seen[k] = make(map[string]int)
		}
		seen[k][c.Name]++
		k.nth = seen[k][c.Name]
		if i, ok := open[k]; ok && len(groups[i]) < batch {
			groups[i] = append(groups[i], c)
			continue
		}
		open[k] = len(groups)
		groups = append(groups, []Case{c})
	}
	return groups
}
