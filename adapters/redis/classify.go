package redis

import (
	"context"
	"errors"
	"net"
	"strings"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// effect is what a command does.
type effect bool

const (
	reads  effect = false
	writes effect = true
)

// codes are those that do not say that the command cannot be done: all others are
// [fault.Unlisted]. A server that answers so has not run the command.
var codes = []fault.Code{
	{Code: "ASK", Fault: fault.Unavailable, Note: "the slot is being moved, and all of the client's tries failed"},
	{Code: "BUSY", Fault: fault.Unavailable, Note: "a script runs for too long"},
	{Code: "CLUSTERDOWN", Fault: fault.Unavailable, Note: "part of the Cluster has no server"},
	{Code: "LOADING", Fault: fault.Unavailable, Note: "the server is loading its data"},
	{Code: "MASTERDOWN", Fault: fault.Unavailable, Note: "a replica without its primary"},
	{Code: "MAXCLIENTS", Fault: fault.Unavailable, Note: "the adapter's name for " + tooMany + ", which has no code of its own"},
	{Code: "MOVED", Fault: fault.Unavailable, Note: "the slot is elsewhere, and all of the client's tries failed"},
	{Code: "NOREPLICAS", Fault: fault.Unavailable, Note: "fewer replicas than min-replicas-to-write"},
	{Code: "READONLY", Fault: fault.Unavailable, Note: "a replica, as after a failover"},
	{Code: "TRYAGAIN", Fault: fault.Unavailable, Note: "the slot is being moved"},
}

// tooMany is the prefix of the only error without a code.
const tooMany = "ERR max number of clients reached"

// codeOf returns the code of a server's error. The rest of the text can contain keys.
func codeOf(err driver.Error) string {
	text := err.Error()
	if strings.HasPrefix(text, tooMany) {
		return "MAXCLIENTS"
	}
	word, _, _ := strings.Cut(text, " ")
	if word == "" || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return word
}

// classify returns an error of go-redis with its class. spec.SessionStore checks whether
// the store was closed or the caller has given up.
func classify(err error, e effect) error {
	if err == nil {
		return nil
	}
	failure := &spec.Error{Class: spec.ErrUnavailable, Cause: err}
	answer, answered := errors.AsType[driver.Error](err)
	switch {
	case answered:
		failure.Detail = codeOf(answer)
		failure.Class = fault.Find(codes, failure.Detail).Meaning(fault.Is(fault.Otherwise)).Class
	case errors.Is(err, context.Canceled):
		failure.Class = context.Canceled
	case errors.Is(err, context.DeadlineExceeded): // also while dialling
		failure.Class = context.DeadlineExceeded
	case e == writes && !isUnsent(err):
		failure.Class = spec.ErrIndeterminate
	case isUnreadable(err):
		failure.Class = spec.ErrFailed
	}
	return failure
}

// isUnreadable reports whether an error says that the client could not read an answer, for
// example of a proxy that changes it. go-redis has no type for these errors.
func isUnreadable(err error) bool {
	text := err.Error()
	return errors.Unwrap(err) == nil && (strings.HasPrefix(text, "redis: can't parse ") || strings.HasPrefix(text, "redis: invalid reply"))
}

// isUnsent reports whether an error says that the command was not sent, for want of a
// connection. (It does not recognize a connection on which the client could not sign in.)
func isUnsent(err error) bool {
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return true
	}
	return errors.Is(err, driver.ErrClosed) || errors.Is(err, driver.ErrPoolTimeout) || errors.Is(err, driver.ErrPoolExhausted)
}

// lessCertain returns the error that says less about what was applied: ErrIndeterminate, if one
// of them is.
func lessCertain(a, b error) error {
	if a == nil || b != nil && errors.Is(b, spec.ErrIndeterminate) {
		return b
	}
	return a
}
