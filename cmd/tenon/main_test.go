package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/spec"
)

var servers containers.Shared

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	leaveHome() // as main does
	os.Exit(servers.Run(m))
}

// outcome is the result of a run of the command.
type outcome struct {
	status         int
	stdout, stderr string
}

// runTool runs the command in this process, with these adapters.
func runTool(ctx context.Context, adapters []adapter, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	t := newTool(adapters)
	t.stdout, t.stderr = &stdout, &stderr
	status := t.run(ctx, args)
	return outcome{status, stdout.String(), stderr.String()}
}

func newTool(adapters []adapter) tool {
	return tool{
		adapters: adapters,
		getenv:   func(string) string { return "" },
		demanded: func(name string) (bool, error) { return name == "demanded", nil },
		now:      func() time.Time { return time.Date(2026, 11, 22, 11, 3, 0, 0, time.UTC) },
		command:  "tenon",
	}
}

// wantStatus fails t unless the command exited with this status.
func (o outcome) wantStatus(t *testing.T, status exitStatus) {
	t.Helper()
	if o.status != int(status) {
		t.Errorf("exit status %d, want %d\nstdout:\n%s\nstderr:\n%s", o.status, status, o.stdout, o.stderr)
	}
}

// wantIn fails t unless text contains all parts.
func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
}

// undying is the memory adapter with one fault: DeleteUser deletes nothing.
type undying struct{ spec.Adapter }

func (undying) DeleteUser(context.Context, string) error { return nil }
func (u undying) Unwrap() any                            { return u.Adapter }

func openUndying(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	return undying{openMemory(t, s, columns)}
}

// undyingAdapter fails USR-06 and other clauses.
func undyingAdapter() adapter {
	d := memoryAdapter()
	d.name = "undying"
	d.subject = conformance.NewSubject(openUndying)
	return d
}

// sessionsAdapter keeps only sessions, so clauses about users do not apply to it.
func sessionsAdapter() adapter {
	d := memoryAdapter()
	d.name = "sessions"
	d.subject = conformance.NewSessionSubject(openSessions)
	return d
}

func openSessions(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
	return openMemory(t, s, columns)
}

// missingAdapter needs a server that this machine lacks.
func missingAdapter(name string) adapter {
	d := memoryAdapter()
	d.name, d.schemes = name, []string{name, name + "ql"}
	d.start = func(context.Context, string) (*engine, error) {
		return nil, &containers.MissingError{Server: name + ":17", Cause: errors.New("no Docker engine answers"), Help: "start Docker", Running: "TENON_" + strings.ToUpper(name) + "_DSN"}
	}
	return d
}
