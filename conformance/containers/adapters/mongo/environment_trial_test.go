package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	database = driver.Database
	rich     = spec.Store[program.User, program.Session]
)

// trial is a test that a try of a case is to the helpers: what fails it, fails the
// try. Its cleanups run when the try ends.
type trial struct {
	testing.TB
	ctx      context.Context
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

// attempt runs one try.
func attempt(ctx context.Context, t testing.TB, do func(testing.TB) environment.Verdict) (v environment.Verdict) {
	tr := &trial{TB: t, ctx: ctx}
	var wait sync.WaitGroup
	wait.Go(func() { // on its own goroutine, which Fatal ends
		defer func() {
			if p := recover(); p != nil {
				tr.fail(fmt.Sprintf("panic: %v", p))
			}
		}()
		v = do(tr)
	})
	wait.Wait()
	for _, f := range slices.Backward(tr.cleanups) {
		wait.Go(f)
		wait.Wait()
	}
	if len(tr.failures) > 0 {
		v = environment.Verdict{Outcome: environment.Fault, Detail: strings.Join(tr.failures, "\n")}
	}
	return v
}

func (t *trial) Helper()                           {}
func (t *trial) Context() context.Context          { return t.ctx }
func (t *trial) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }
func (t *trial) Errorf(format string, args ...any) { t.fail(fmt.Sprintf(format, args...)) }
func (t *trial) Error(args ...any)                 { t.fail(fmt.Sprint(args...)) }
func (t *trial) FailNow()                          { runtime.Goexit() }

func (t *trial) Fatal(args ...any) {
	t.fail(fmt.Sprint(args...))
	runtime.Goexit()
}

func (t *trial) Fatalf(format string, args ...any) { t.Fatal(fmt.Sprintf(format, args...)) }

func (t *trial) fail(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, text)
}

// judge makes the collections with a handle that has the setting, runs the program on
// it and another, and returns the verdict. What limits one of them before it is the verdict.
func judge(t testing.TB, first, second *rich) environment.Verdict {
	t.Helper()
	ctx, cancel := environmenttest.Limit(t.Context(), patience)
	defer cancel()
	for _, a := range []*rich{first, second} {
		for _, call := range []func(context.Context) error{a.Migrate, a.Check} {
			err := call(ctx)
			if err != nil && ctx.Err() != nil {
				return environment.Verdict{Outcome: environment.Limited, Detail: "Migrate or Check waits until its context ends"}
			}
			if err != nil {
				return engine.Verdict(err)
			}
		}
	}
	return engine.Report(program.Judge(ctx, first, second))
}

// judge is judge for a first handle that is opened now.
func (p *spot) judge(uri string, second *rich) environment.Verdict {
	p.t.Helper()
	first, err := p.open(uri)
	if err != nil {
		return engine.Verdict(err)
	}
	return judge(p.t, first, second)
}

// patience is for one program, which takes a second on a quiet machine: some
// parameters make a server hang.
const patience = 30 * time.Second

// engine is what is MongoDB's of the verdicts.
var engine = environmenttest.Engine{
	Reason:  func(err error) string { return plainly(reasonOf(err)) },
	Refuses: func(err *spec.Error) bool { return spec.ClassOf(err) == spec.ErrInvalid || err.Cause == nil },
	Limits: func(err *spec.Error) bool {
		class := spec.ClassOf(err)
		return class == spec.ErrUnavailable || class == spec.ErrFailed
	},
	Text: func(err *spec.Error, outcome environment.Outcome) string {
		if outcome == environment.Refused {
			return plainly(err.Detail)
		}
		return strings.TrimPrefix(err.Error(), "mongo: ")
	},
}

// cannotBeSet is the verdict of a value that the driver or the server refuses.
func cannotBeSet(reason string) environment.Verdict { return engine.CannotBeSet(errors.New(reason)) }

var changing = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`\bt[0-9a-z]{10}_`), ""},                 // of a place
	{regexp.MustCompile(`\d+\.\d+\.\d+\.\d+:\d+`), "the server"}, // of a server
	{regexp.MustCompile(`/data/\d+`), "/data"},                   // of its files
	{regexp.MustCompile(`\s+`), " "},                             // of its messages
}

// plainly is a text without what differs at each try.
func plainly(text string) string {
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.with)
	}
	return strings.TrimSpace(text)
}

// hasty is a handle whose calls end by a clock. A write that ends before its
// answer is there ends the program, since no one can say whether it was made.
type hasty struct {
	*rich
	unknown string // the operation that ended it
}

func (h *hasty) sure(err error) error {
	if failed, ok := errors.AsType[*spec.Error](err); ok && failed.Class == spec.ErrIndeterminate {
		h.unknown = string(failed.Op)
		runtime.Goexit()
	}
	return err
}

func (h *hasty) CreateUser(ctx context.Context, u spec.User[program.User]) error {
	return h.sure(h.rich.CreateUser(ctx, u))
}

func (h *hasty) CreateSession(ctx context.Context, s spec.Session[program.Session]) error {
	return h.sure(h.rich.CreateSession(ctx, s))
}

func (h *hasty) UpdateUser(ctx context.Context, id string, u program.User, mask attr.Mask[program.User]) error {
	return h.sure(h.rich.UpdateUser(ctx, id, u, mask))
}

func (h *hasty) UpdateSession(ctx context.Context, id string, s program.Session, mask attr.Mask[program.Session]) error {
	return h.sure(h.rich.UpdateSession(ctx, id, s, mask))
}

func (h *hasty) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return h.sure(h.rich.SwapLease(ctx, id, from, to))
}

func (h *hasty) DeleteUser(ctx context.Context, id string) error {
	return h.sure(h.rich.DeleteUser(ctx, id))
}

func (h *hasty) DeleteSession(ctx context.Context, id string) error {
	return h.sure(h.rich.DeleteSession(ctx, id))
}

func (h *hasty) DeleteUserSessionsExcept(ctx context.Context, id string, keep ...string) (int64, error) {
	n, err := h.rich.DeleteUserSessionsExcept(ctx, id, keep...)
	return n, h.sure(err)
}

func (h *hasty) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	n, err := h.rich.DeleteExpiredSessions(ctx, sweep)
	return n, h.sure(err)
}

// judgeOpened is judge for a first handle as it was opened with a setting of the
// client, of which clock says that by it calls end, as fast as the server is.
// Refusal asks why no client can have it, and is empty if one can.
func judgeOpened(t testing.TB, p *spot, clock bool, first *rich, err error, refusal func() string) environment.Verdict {
	t.Helper()
	switch {
	case err != nil:
		if reason := refusal(); reason != "" {
			return cannotBeSet(reason)
		}
		ended := engine.Verdict(err)
		if clock && ended.Outcome == environment.Limited {
			return inTime
		}
		return ended
	case !clock:
		return judge(t, first, p.plain())
	}
	second := p.plain()
	servertest.OK(t, second.Migrate(t.Context()))
	if err := first.Check(t.Context()); err != nil {
		if v := engine.Verdict(err); v.Outcome == environment.Fault {
			return v
		}
	}
	if v := engine.Report(program.Judge(t.Context(), &hasty{rich: first}, second)); v.Outcome == environment.Fault {
		return v
	}
	return inTime
}

// inTime is the verdict of a setting by which calls end, as fast as the server is.
var inTime = environment.Verdict{Outcome: environment.Limited, Detail: "a call whose answer is not there in time: store unavailable, or of a write that was sent: outcome unknown"}
