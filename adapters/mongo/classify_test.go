package mongo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	xdriver "go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/tenon-go/tenon/spec"
)

// failing is an adapter whose User returns an error of the driver, classified for this
// effect. During the call it calls a function.
type failing struct {
	*Adapter
	err    error
	effect effect
	happen func()
}

func (f failing) User(ctx context.Context, _ string, _ *spec.UserRow) error {
	f.happen()
	return f.classify(ctx, f.err, f.effect)
}

func (f failing) Close() error { return nil }

// meet returns the error that an application gets if a call fails with an error of the
// driver. Happen is called during the call.
func meet(t *testing.T, ctx context.Context, transactions bool, err error, e effect, happen func(end func() error)) error {
	t.Helper()
	var store *spec.Store[struct{}, struct{}]
	store, openErr := spec.NewStore[struct{}, struct{}](adapterName, func(spec.Columns) (spec.Adapter, error) {
		return failing{&Adapter{transactions: transactions, userIDs: &stringIDs}, err, e, func() { happen(store.Close) }}, nil
	})
	if openErr != nil {
		t.Fatal(openErr)
	}
	_, got := store.User(ctx, "ann")
	return got
}

// An error that is not an answer of the server and not about the network is about a value
// that the driver refuses or cannot read. Trying again does not help.
func TestClassifyWhatTheDriverRefuses(t *testing.T) {
	_, unreadable := bson.Raw{9, 0, 0, 0, 2, 0, 9, 9, 0}.Elements()
	for name, err := range map[string]error{
		"a value that cannot be encoded": driver.MarshalError{Err: errors.New("quagga")},
		"no document":                    driver.ErrNilDocument,
		"an answer that cannot be read":  unreadable,
		"an answer without a code":       driver.CommandError{Message: "quagga", Raw: bson.Raw{5, 0, 0, 0, 0}},
		"an error of no known kind":      errors.New("quagga"),
	} {
		for _, a := range []*Adapter{{transactions: true}, {}} {
			for _, e := range []effect{reads, writes, writesOnce} {
				if got := a.classify(t.Context(), err, e); spec.ClassOf(got) != spec.ErrFailed {
					t.Errorf("%s: got %v, want it failed", name, got)
				}
			}
		}
	}
}

// passing is a context whose deadline is changed while a call runs, and whose own
// timer does not fire.
type passing struct {
	context.Context
	end time.Time
}

func (p *passing) Deadline() (time.Time, bool) { return p.end, true }

// The timer of a socket can fire before that of the context. The error is still that of
// the caller's deadline.
func TestDeadlineByTheClock(t *testing.T) {
	timeout := driver.CommandError{Labels: []string{labelNetwork}, Wrapped: os.ErrDeadlineExceeded}
	dialled := driver.CommandError{Labels: []string{labelNetwork, labelOverloaded}, Wrapped: os.ErrDeadlineExceeded}
	for _, test := range []struct {
		err    error
		effect effect
		want   error
	}{
		{timeout, reads, context.DeadlineExceeded},
		{timeout, writes, spec.ErrIndeterminate},
		{dialled, reads, context.DeadlineExceeded},
		{dialled, writes, context.DeadlineExceeded},
		{topology.ServerSelectionError{Wrapped: context.DeadlineExceeded}, writes, context.DeadlineExceeded},
	} {
		ctx := &passing{t.Context(), time.Now().Add(time.Hour)}
		err := meet(t, ctx, true, test.err, test.effect, func(func() error) { ctx.end = time.Now() })
		if spec.ClassOf(err) != test.want {
			t.Errorf("got %v, want %v", err, test.want)
		}
	}
}

// If the driver reports that it did not send a write to several documents, which it does
// not repeat, the write was not sent. For a write that it can have repeated, the report
// is about the second time.
func TestNotSent(t *testing.T) {
	unsent := fmt.Errorf("quagga: %w", xdriver.ErrDeadlineWouldBeExceeded)
	for _, test := range []struct {
		left  time.Duration // until the context's deadline
		class error
	}{
		{20 * time.Millisecond, context.DeadlineExceeded},
		{time.Hour, spec.ErrUnavailable}, // only the client's own timeout ends this early
	} {
		for e, want := range map[effect]error{reads: test.class, writesOnce: test.class, writes: spec.ErrIndeterminate} {
			ctx := &passing{t.Context(), time.Now().Add(time.Hour)}
			err := meet(t, ctx, true, unsent, e, func(func() error) { ctx.end = time.Now().Add(test.left) })
			if spec.ClassOf(err) != want {
				t.Errorf("%s left, effect %d: got %v, want %v", test.left, e, err, want)
			}
		}
	}
}

// The driver's own errors, which look similar. For reads all of them are ErrUnavailable,
// unless the caller gave up.
func TestClassifyDriverErrors(t *testing.T) {
	network := func(labels ...string) error {
		return driver.CommandError{Labels: labels, Wrapped: errors.New("quagga")}
	}
	selection := topology.ServerSelectionError{Wrapped: context.DeadlineExceeded}
	for _, test := range []struct {
		name              string
		err               error
		replica, alone    error // the class of a write
		done, doneOnAlone error // the class if the context is done
	}{
		{"no server found", selection, spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"no server found in a transaction", driver.CommandError{Labels: []string{labelTransient}, Wrapped: selection}, spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"no connection free", topology.WaitQueueTimeoutError{Wrapped: context.Canceled}, spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"a pool that was cleared", network(labelTransient), spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"a dial that failed", network(labelNetwork, labelOverloaded), spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"a client that was disconnected", driver.ErrClientDisconnected, spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"a pool that was closed", topology.ErrPoolClosed, spec.ErrUnavailable, spec.ErrUnavailable, context.Canceled, context.Canceled},
		{"a connection that was cut", network(labelNetwork, labelRetryable), spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate},
		{"a context that ended while the server was waited for", driver.CommandError{Labels: []string{labelNetwork}, Wrapped: context.Canceled}, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate},
		// On a replica set it can have been sent before.
		{"a context that ended before it was sent", context.Canceled, spec.ErrIndeterminate, spec.ErrUnavailable, spec.ErrIndeterminate, context.Canceled},
		{"a connection that ended", io.EOF, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate},
	} {
		for _, transactions := range []bool{true, false} {
			live, ended := test.replica, test.done
			if !transactions {
				live, ended = test.alone, test.doneOnAlone
			}
			for _, try := range []struct {
				done   bool
				effect effect
				want   error
			}{
				{false, writes, live}, {true, writes, ended},
				{false, reads, spec.ErrUnavailable}, {true, reads, context.Canceled},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := meet(t, ctx, transactions, test.err, try.effect, func(func() error) {
					if try.done {
						cancel()
					}
				})
				call := fmt.Sprintf("%s (transactions %t, writes %t, done %t)", test.name, transactions, try.effect == writes, try.done)
				if spec.ClassOf(err) != try.want {
					t.Errorf("%s: got %v, want %v", call, err, try.want)
				}
				if text := err.Error(); text != "mongo: user: "+try.want.Error() {
					t.Errorf("%s: the text is %q", call, text)
				}
			}
			err := meet(t, t.Context(), transactions, test.err, reads, func(end func() error) { end() })
			if spec.ClassOf(err) != spec.ErrClosed {
				t.Errorf("%s of a closed store: got %v, want %v", test.name, err, spec.ErrClosed)
			}
		}
	}
}
