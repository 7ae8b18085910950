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
	labelOverloaded = "SystemOverloadedError" // with a network error: while the connection was opened
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

// report is the content of a driver's error.
type report struct {
	code  string
	raw   bson.Raw // the details of a violated constraint
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

// isUnsent reports whether the driver's error means that nothing was sent to the server. If
// the driver sent a write once and could not send it again, it returns the first error.
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
	var cleared xdriver.RetryablePoolError // the pool was cleared while the call waited for a connection
	if errors.As(err, &cleared) {
		return true
	}
	if e, ok := errors.AsType[driver.CommandError](err); ok && e.Raw == nil {
		// Without the first label the error is that of a pool that was cleared.
		return !e.HasErrorLabel(labelNetwork) || e.HasErrorLabel(labelOverloaded)
	}
	return errors.Is(err, driver.ErrClientDisconnected)
}

// isContext reports whether a driver's error is just that of a context: the driver did not
// send the command, or did not send it again. If a context ends while the driver waits for
// the server, its error is within a network error.
func isContext(err error) bool {
	return !driver.IsNetworkError(err) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// isNetwork reports whether a driver's error is about a connection. Any other error of the
// driver is about a value that it refuses or cannot read.
func isNetwork(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	_, isConnection := errors.AsType[topology.ConnectionError](err)
	return isNet || isConnection || driver.IsNetworkError(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// effect is what a command can have done if its answer is lost.
type effect int

const (
	reads      effect = iota // nothing: it reads, or is in a transaction that is not committed
	writes                   // a write to one document, which the driver can send twice
	writesOnce               // a write to several documents, which the driver sends once
)

// classify returns a driver's error with its class. For a violated constraint it returns a
// *violation. The Store checks whether it was closed or the caller has given up.
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

// unauthorized is the server's code for an action that a role is not permitted.
const unauthorized = "13"

// mayRepeat reports whether the driver can have sent a write twice, so that this error is
// only about the second time. Without transactions it never sends a write twice.
func (a *Adapter) mayRepeat(err error, r report) bool {
	if !a.transactions {
		return false
	}
	return r.fault == fault.TimedOut || r.code != "" && hasLabel(err, labelRetryable)
}

// isNearDeadline reports whether the driver, or the server that it tells, can have stopped
// because of the context's deadline, which they do up to a round trip before it. A call
// that stops long before has reached the client's own timeout.
func isNearDeadline(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && time.Until(end) < time.Second
}

// awaitDeadline waits until the deadline of a context has passed by the clock. From that
// the Store tells it from the client's own timeout.
func awaitDeadline(ctx context.Context) {
	end, _ := ctx.Deadline()
	timer := time.NewTimer(time.Until(end))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// isClass reports whether an error is of one of these classes.
func isClass(err error, classes ...error) bool {
	for _, class := range classes {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// invalidError returns the error of a constructor for invalid arguments, such as attribute
// types, names or a URI.
func invalidError(detail string, cause error) error {
	return &spec.Error{Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}
