package redis

import (
	"context"
	"errors"
	"net"
	"strings"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/spec"
)

// effect is what a command does.
type effect bool

const (
	reads  effect = false
	writes effect = true
)

// code is what a server's error says by its first word.
type code struct {
	code  string
	class error
	note  string
}

// codes are those that do not say that the command cannot be done: all others are
// ErrFailed. A server that answers so has not run the command.
var codes = []code{
	{"BUSY", spec.ErrUnavailable, "a script runs for too long"},
	{"CLUSTERDOWN", spec.ErrUnavailable, "a part of the Cluster has no server"},
	{"ASK", spec.ErrUnavailable, "the slot is being moved, after all of the client's tries"},
	{"LOADING", spec.ErrUnavailable, "the server reads its data"},
	{"MASTERDOWN", spec.ErrUnavailable, "a replica without its primary"},
	{"MAXCLIENTS", spec.ErrUnavailable, "ERR max number of clients reached"},
	{"MOVED", spec.ErrUnavailable, "the slot is elsewhere, after all of the client's tries"},
	{"NOREPLICAS", spec.ErrUnavailable, "fewer replicas than min-replicas-to-write"},
	{"READONLY", spec.ErrUnavailable, "a replica, as after a failover"},
	{"TRYAGAIN", spec.ErrUnavailable, "the slot is being moved"},
}

// tooMany is how the one error begins that has no code of its own.
const tooMany = "ERR max number of clients reached"

// codeOf returns the code of a server's error. Its text may hold keys.
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

// classify gives an error of go-redis its class. The front looks whether the store
// was closed or the caller has given up.
func classify(err error, e effect) error {
	if err == nil {
		return nil
	}
	failure := &spec.Error{Class: spec.ErrUnavailable, Cause: err}
	answer, answered := errors.AsType[driver.Error](err)
	switch {
	case answered:
		failure.Class, failure.Detail = spec.ErrFailed, codeOf(answer)
		for _, c := range codes {
			if c.code == failure.Detail {
				failure.Class = c.class
			}
		}
	case errors.Is(err, context.Canceled):
		failure.Class = context.Canceled
	case errors.Is(err, context.DeadlineExceeded): // also that of dialling
		failure.Class = context.DeadlineExceeded
	case e == writes && !isUnsent(err):
		failure.Class = spec.ErrIndeterminate
	}
	return failure
}

// isUnsent reports whether an error says that there was no connection to send the
// command on. (One on which the client could not sign in is not told apart.)
func isUnsent(err error) bool {
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return true
	}
	return errors.Is(err, driver.ErrClosed) || errors.Is(err, driver.ErrPoolTimeout) || errors.Is(err, driver.ErrPoolExhausted)
}

// worse returns the error that says less about what was applied.
func worse(a, b error) error {
	if a == nil || b != nil && errors.Is(b, spec.ErrIndeterminate) {
		return b
	}
	return a
}
