package mongo

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	xdriver "go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// The labels that servers and the driver put on errors.
const (
	labelNetwork    = "NetworkError"
	labelOverloaded = "SystemOverloadedError" // of a network error: while the connection was made
	labelNoWrites   = "NoWritesPerformed"
	labelRetryable  = "RetryableWriteError"
	labelTransient  = "TransientTransactionError"
	labelCommitLost = "UnknownTransactionCommitResult"
)

// hasLabel reports whether an error has a label.
func hasLabel(err error, label string) bool {
	e, ok := errors.AsType[driver.LabeledError](err)
	return ok && e.HasErrorLabel(label)
}

// report is what a driver's error says.
type report struct {
	code  string
	raw   bson.Raw // what tells about a constraint
	fault fault.Fault
}

// newReport reads a driver's error.
func newReport(err error) report {
	if e, ok := errors.AsType[driver.WriteException](err); ok {
		if len(e.WriteErrors) == 0 {
			return report{writeConcern, e.Raw, fault.Find(codes, writeConcern)}
		}
		code := strconv.Itoa(e.WriteErrors[0].Code)
		return report{code, e.WriteErrors[0].Raw, fault.Find(codes, code)}
	}
	if e, ok := errors.AsType[driver.CommandError](err); ok && e.Code != 0 {
		code := strconv.Itoa(int(e.Code))
		return report{code, e.Raw, fault.Find(codes, code)}
	}
	switch {
	case isUnsent(err):
		return report{fault: fault.Unavailable}
	case isContext(err):
		return report{fault: fault.TimedOut}
	case isNetwork(err):
		return report{fault: fault.Unanswered}
	}
	return report{fault: fault.Refused}
}

// isUnsent reports whether the driver's error says that the server was sent
// nothing, not even a first time: then the driver returns the error of that.
func isUnsent(err error) bool {
	if _, ok := errors.AsType[topology.ServerSelectionError](err); ok {
		return true
	}
	if _, ok := errors.AsType[topology.WaitQueueTimeoutError](err); ok {
		return true
	}
	if _, ok := errors.AsType[topology.PoolError](err); ok {
		return true
	}
	var cleared xdriver.RetryablePoolError // while the call waited in the pool's queue
	if errors.As(err, &cleared) {
		return true
	}
	if e, ok := errors.AsType[driver.CommandError](err); ok && e.Raw == nil {
		// Without the first label it is a pool that was cleared.
		return !e.HasErrorLabel(labelNetwork) || e.HasErrorLabel(labelOverloaded)
	}
	return errors.Is(err, driver.ErrClientDisconnected)
}

// isContext reports whether a driver's error is a context's, bare: the driver
// did not send, or not again. One that ended while the server was waited for is
// within a network error.
func isContext(err error) bool {
	return !driver.IsNetworkError(err) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// isNetwork reports whether a driver's error is about a connection. Any other
// is about a value that it refuses or cannot read.
func isNetwork(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	_, isConnection := errors.AsType[topology.ConnectionError](err)
	return isNet || isConnection || driver.IsNetworkError(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// effect is what a command does outside of itself.
type effect int

const (
	reads      effect = iota // nothing: it reads, or is in a transaction that is not committed
	writes                   // to one document: the driver may send it twice
	writesOnce               // to several: it does not
)

// classify gives a driver's error its class; a broken constraint is a
// *violation. The front looks whether the store was closed or the caller has
// given up.
func (a *Adapter) classify(ctx context.Context, err error, e effect) error {
	if err == nil || isClassified(err) {
		return err
	}
	r := newReport(err)
	if r.fault.IsViolation() {
		return newViolation(r, err)
	}
	m := r.fault.Meaning(func(when fault.Circumstance) bool {
		switch when {
		case fault.WriteSent:
			return e != reads && !hasLabel(err, labelNoWrites)
		case fault.WriteRepeated:
			return e == writes && a.mayRepeat(err, r) && !hasLabel(err, labelNoWrites)
		case fault.BeforeDeadline:
			return isNearDeadline(ctx)
		}
		return false
	})
	if m.When == fault.BeforeDeadline {
		awaitDeadline(ctx)
	}
	detail := r.code
	if detail == unauthorized {
		detail += ": the user's role lacks a privilege"
	}
	return &spec.Error{Class: m.Class, Detail: detail, Cause: err}
}

func isClassified(err error) bool {
	_, ok := err.(*spec.Error)
	return ok || isViolation(err)
}

// unauthorized is the server's code for what a role may not do.
const unauthorized = "13"

// mayRepeat reports whether the driver may have sent a write twice, so that this
// error is about the second time only. Where there are no transactions it never
// does.
func (a *Adapter) mayRepeat(err error, r report) bool {
	if !a.transactions {
		return false
	}
	return r.fault == fault.TimedOut || r.code != "" && hasLabel(err, labelRetryable)
}

// isNearDeadline reports whether the driver, or the server that it tells, may have
// stopped for the context's deadline: a round trip before it. What stops long
// before does so for the client's own timeout.
func isNearDeadline(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && time.Until(end) < time.Second
}

// awaitDeadline waits until the deadline of a context has passed by the clock:
// by that the front tells it from the client's own timeout.
func awaitDeadline(ctx context.Context) {
	end, _ := ctx.Deadline()
	timer := time.NewTimer(time.Until(end))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
