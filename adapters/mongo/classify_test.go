package mongo

import (
	"context"
	"errors"
	"fmt"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/tenon-go/tenon/spec"
)

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
		{"what nobody knows", errors.New("quagga"), spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate, spec.ErrIndeterminate},
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
				call := fmt.Sprintf("%s (transactions %t, writes %t, done %t)", test.name, transactions, try.effect, try.ctx == done)
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
