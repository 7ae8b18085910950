package containers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// outcome is a TB that records how a test ends.
type outcome struct {
	conformance.TB
	ended string // "skipped" or "failed"
	text  string
}

func (o *outcome) Helper()                           {}
func (o *outcome) Name() string                      { return "TestIt" }
func (o *outcome) Fatal(args ...any)                 { o.end("failed", fmt.Sprint(args...)) }
func (o *outcome) Fatalf(format string, args ...any) { o.end("failed", fmt.Sprintf(format, args...)) }
func (o *outcome) Skipf(format string, args ...any)  { o.end("skipped", fmt.Sprintf(format, args...)) }

func (o *outcome) end(how, text string) {
	o.ended, o.text = how, text
	runtime.Goexit()
}

// ended returns how a test that runs f ends.
func ended(t *testing.T, f func(conformance.TB)) *outcome {
	o := &outcome{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(o)
	}()
	<-done
	return o
}

func TestSharedStartsOnce(t *testing.T) {
	t.Parallel()
	var s containers.Shared
	var starts atomic.Int32
	var closed []string
	get := func(t conformance.TB, name string) *containers.Server {
		return s.Get(t, "engine", name, func(ctx context.Context) (*containers.Server, error) {
			starts.Add(1)
			return containers.NewServer(func() error { closed = append(closed, name); return nil }), nil
		})
	}
	first := get(t, "a")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if get(t, "a") != first {
				t.Error("another server for the same options")
			}
		})
	}
	all.Wait()
	get(t, "b")
	if n := starts.Load(); n != 2 {
		t.Errorf("%d starts, want 2", n)
	}
	servertest.OK(t, s.Close())
	servertest.OK(t, s.Close())
	if !slices.Equal(closed, []string{"b", "a"}) {
		t.Errorf("closed %q, want the last one first, and each once", closed)
	}
}

func TestSharedSkipsAndFails(t *testing.T) {
	missing := &containers.MissingError{Server: "engine:1", Cause: errors.New("no Docker"), Help: "start Docker"}
	for _, test := range []struct {
		name, require string
		err           error
		ended         string
		text          []string
	}{
		{"missing", "", missing, "skipped", []string{"NOT RUN", "TestIt", "engine:1", "no Docker", "start Docker", "TENON_REQUIRE=engine"}},
		{"missing, another required", "postgres,mysql", missing, "skipped", []string{"NOT RUN"}},
		{"required", "engine", missing, "failed", []string{"TENON_REQUIRE", "engine:1", "no Docker", "start Docker"}},
		{"required among others", "postgres, engine", missing, "failed", nil},
		{"all required", "all", missing, "failed", nil},
		{"misspelt", "postgress", missing, "failed", []string{"TENON_REQUIRE", "postgress", "the names are all, memory"}},
		{"misspelt, none missing", "all,mongodb", nil, "failed", []string{"TENON_REQUIRE", "mongodb"}},
		{"fails", "", errors.New("crashed"), "failed", []string{"crashed"}},
		{"wrapped", "", fmt.Errorf("more: %w", missing), "skipped", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TENON_REQUIRE", test.require)
			var s containers.Shared
			for range 2 { // the second test ends in the same way
				o := ended(t, func(tb conformance.TB) {
					s.Get(tb, "engine", 1, func(context.Context) (*containers.Server, error) { return nil, test.err })
				})
				if o.ended != test.ended {
					t.Errorf("%s, want %s: %s", o.ended, test.ended, o.text)
				}
				for _, part := range test.text {
					if !strings.Contains(o.text, part) {
						t.Errorf("%q is not in: %s", part, o.text)
					}
				}
			}
			servertest.OK(t, s.Close())
		})
	}
}

type tests func() int

func (f tests) Run() int { return f() }

func TestSharedRun(t *testing.T) {
	var s containers.Shared
	closed := false
	code := s.Run(tests(func() int {
		s.Get(t, "engine", 1, func(context.Context) (*containers.Server, error) {
			return containers.NewServer(func() error { closed = true; return nil }), nil
		})
		return 3
	}))
	if code != 3 || !closed {
		t.Errorf("exit code %d, closed %t; want 3, true", code, closed)
	}
	var failing containers.Shared
	code = failing.Run(tests(func() int {
		failing.Get(t, "engine", 1, func(context.Context) (*containers.Server, error) {
			return containers.NewServer(func() error { return errors.New("(part of TestSharedRun) a server is still there") }), nil
		})
		return 0
	}))
	if code != 1 {
		t.Errorf("exit code %d though a server could not be ended, want 1", code)
	}
}

// An interrupt ends the servers and then the process. The process is another run of
// this test binary.
func TestSharedInterrupted(t *testing.T) {
	const variable = "TENON_TEST_INTERRUPTED"
	if os.Getenv(variable) != "" {
		servers.Get(t, "engine", 1, func(context.Context) (*containers.Server, error) {
			return containers.NewServer(func() error { _, err := fmt.Println("closed"); return err }), nil
		})
		fmt.Println("started")
		<-t.Context().Done() // nothing ends this test but the interrupt
	}
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSharedInterrupted$")
	cmd.Env = append(os.Environ(), variable+"=1")
	output, err := cmd.StdoutPipe()
	servertest.OK(t, err)
	servertest.OK(t, cmd.Start())
	lines := bufio.NewScanner(output)
	for lines.Scan() && lines.Text() != "started" {
	}
	servertest.OK(t, cmd.Process.Signal(os.Interrupt))
	closed := false
	for lines.Scan() {
		closed = closed || lines.Text() == "closed"
	}
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !closed {
		t.Errorf("exit code %d (%v), closed %t; want 130, true", code, err, closed)
	}
}
