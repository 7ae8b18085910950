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

// What is no answer of the server's and not about the network is about a value
// that the driver refuses or cannot read: nothing is gained by trying again.
func TestClassifyWhatTheDriverRefuses(t *testing.T) {
	_, unreadable := bson.Raw{9, 0, 0, 0, 2, 0, 9, 9, 0}.Elements()
	for name, err := range map[string]error{
		"a value that cannot be encoded": driver.MarshalError{Err: errors.New("quagga")},
		"no document":                    driver.ErrNilDocument,
		"an answer that cannot be read":  unreadable,
		"an answer without a code":       driver.CommandError{Message: "quagga", Raw: bson.Raw{5, 0, 0, 0, 0}},
		"an error of no known kind":      errors.New("quagga"),
	} {
		done, cancel := context.WithCancel(t.Context())
		cancel()
		for _, s := range []*store{{transactions: true}, {}} {
			for _, ctx := range []context.Context{t.Context(), done} {
				for _, e := range []effect{reads, writes, writesOnce} {
					if got := s.classify(ctx, spec.OpUser, err, e); spec.ClassOf(got) != spec.ErrFailed {
						t.Errorf("%s: got %v, want it failed", name, got)
					}
				}
			}
		}
	}
}

// passed is a context whose deadline has passed, though its own timer has not
// fired yet.
type passed struct{ context.Context }

func (passed) Deadline() (time.Time, bool) { return time.Unix(0, 0), true }

// A socket's timer may be earlier than the context's: that is the caller's
// deadline all the same.
func TestDeadlineByTheClock(t *testing.T) {
	ctx := passed{t.Context()}
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
		s := &store{transactions: true}
		if err := s.classify(ctx, spec.OpUser, test.err, test.effect); spec.ClassOf(err) != test.want {
			t.Errorf("got %v, want %v", err, test.want)
		}
	}
	if err := new(store).enter(ctx, spec.OpUser); spec.ClassOf(err) != context.DeadlineExceeded {
		t.Errorf("a call that begins: got %v", err)
	}
}

// A write to several documents, which the driver does not repeat, was not sent
// if the driver says so; of one that it may have repeated, it says so of the
// second time.
func TestNotSent(t *testing.T) {
	unsent := fmt.Errorf("quagga: %w", xdriver.ErrDeadlineWouldBeExceeded)
	soon, cancel := context.WithTimeout(t.Context(), time.Second-1)
	defer cancel()
	// Long before the context's deadline it is the client's timeout that ends.
	late, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	s := &store{transactions: true}
	for ctx, class := range map[context.Context]error{soon: context.DeadlineExceeded, late: spec.ErrUnavailable} {
		for e, want := range map[effect]error{reads: class, writesOnce: class, writes: spec.ErrIndeterminate} {
			if err := s.classify(ctx, spec.OpUser, unsent, e); spec.ClassOf(err) != want {
				t.Errorf("got %v, want %v", err, want)
			}
		}
	}
}

// The errors that the driver itself makes, which look alike. Reads of all of
// them are unavailable, unless the caller gave up.
func TestClassifyDriverErrors(t *testing.T) {
	network := func(labels ...string) error {
		return driver.CommandError{Labels: labels, Wrapped: errors.New("quagga")}
	}
	selection := topology.ServerSelectionError{Wrapped: context.DeadlineExceeded}
	for _, test := range []struct {
		name              string
		err               error
		replica, alone    error // the class of a write
		done, doneOnAlone error // when the context is done
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
		// On a replica set it may have been sent before.
		{"a context that ended before it was sent", context.Canceled, spec.ErrIndeterminate, spec.ErrUnavailable, spec.ErrIndeterminate, context.Canceled},
		{"a connection that ended", io.EOF, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate},
	} {
		done, cancel := context.WithCancel(t.Context())
		cancel()
		for _, transactions := range []bool{true, false} {
			s := &store{transactions: transactions}
			live, ended := test.replica, test.done
			if !transactions {
				live, ended = test.alone, test.doneOnAlone
			}
			for _, try := range []struct {
				ctx    context.Context
				effect effect
				want   error
			}{
				{t.Context(), writes, live}, {done, writes, ended},
				{t.Context(), reads, spec.ErrUnavailable}, {done, reads, context.Canceled},
			} {
				err := s.classify(try.ctx, spec.OpUser, test.err, try.effect)
				call := fmt.Sprintf("%s (transactions %t, writes %t, done %t)", test.name, transactions, try.effect == writes, try.ctx == done)
				if spec.ClassOf(err) != try.want {
					t.Errorf("%s: got %v, want %v", call, err, try.want)
				}
				if text := err.Error(); text != "mongo: user: "+try.want.Error() {
					t.Errorf("%s: the text is %q", call, text)
				}
			}
			s.closed.Store(true)
			want := spec.ErrClosed
			if err := s.classify(t.Context(), spec.OpUser, test.err, reads); spec.ClassOf(err) != want {
				t.Errorf("%s of a closed adapter: got %v, want %v", test.name, err, want)
			}
		}
	}
}
