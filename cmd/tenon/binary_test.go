package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
)

// asCommand is the variable that makes this test binary run as the command.
const asCommand = "TENON_TEST_AS_COMMAND"

// process is the command in its own process, with an empty directory for temporary
// files.
type process struct {
	*exec.Cmd
	temp   string
	stdout bytes.Buffer
	stderr io.ReadCloser
}

func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], args...), temp: t.TempDir()}
	p.Env = append(append(os.Environ(), asCommand+"=1", "TMPDIR="+p.temp, "TENON_REQUIRE="), env...)
	p.Stdout = &p.stdout
	var err error
	if p.stderr, err = p.StderrPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// interruptAt sends SIGINT when text has appeared on standard error, or at once if text
// is empty.
func (p *process) interruptAt(t *testing.T, text string) {
	t.Helper()
	var seen []byte
	for one := make([]byte, 1); !bytes.Contains(seen, []byte(text)); seen = append(seen, one[0]) {
		if _, err := io.ReadFull(p.stderr, one); err != nil {
			t.Fatalf("%v, and no %q in: %s", err, text, seen)
		}
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// end waits for the process and returns its exit status and the rest of its output. It
// fails t if the process left temporary files behind.
func (p *process) end(t *testing.T) outcome {
	t.Helper()
	stderr, err := io.ReadAll(p.stderr)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(p.temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	return outcome{p.ProcessState.ExitCode(), p.stdout.String(), string(stderr)}
}

// The process is in a remote time zone, so the clause about zones runs. The report has
// the time in the user's zone.
func TestZone(t *testing.T) {
	t.Parallel()
	got := start(t, []string{"TZ=UTC"}, "verify", "memory", "--run", "TIM-04", "--format", "json").end(t)
	got.wantStatus(t, 0)
	var r struct {
		Adapters []struct {
			Clauses []struct{ ID, Outcome string }
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, c := range r.Adapters[0].Clauses {
		found = found || c.ID == "TIM-04"
		if c.ID == "TIM-04" && c.Outcome != string(conformance.Passed) {
			t.Errorf("TIM-04 is %q", c.Outcome)
		}
	}
	if !found {
		t.Error("TIM-04 is missing")
	}
	got = start(t, []string{"TZ=Asia/Kolkata"}, "verify", "memory", "--run", "USR-01").end(t)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, " IST\n")
}

func TestPipedHasNoColor(t *testing.T) {
	t.Parallel()
	got := start(t, []string{"TERM=xterm-256color"}, "verify", "memory", "--run", "USR-01").end(t)
	got.wantStatus(t, 0)
	if strings.ContainsAny(got.stdout+got.stderr, "\x1b\r") {
		t.Errorf("this is for a terminal:\n%q\n%q", got.stdout, got.stderr)
	}
}

// A misspelt name in TENON_REQUIRE is reported before any check runs.
func TestMisspeltRequirement(t *testing.T) {
	t.Parallel()
	got := start(t, []string{"TENON_REQUIRE=memory,mongodb"}, "verify", "memory").end(t)
	got.wantStatus(t, exitUsage)
	wantIn(t, got.stderr, "TENON_REQUIRE", `"mongodb"`, "mongo,")
}

// An interrupt ends the start of an adapter whose server never answers.
func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	p := start(t, nil, "verify", "postgres", "--dsn", "postgres://me:secret@"+listener.Addr().String()+"/app_test?sslmode=disable")
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p.interruptAt(t, "")
	got := p.end(t)
	got.wantStatus(t, exitInterrupted)
	wantIn(t, got.stdout, "interrupted while it started", "INTERRUPTED: ")
	wantIn(t, got.stderr, "interrupted: stopping and cleaning up")
	if strings.Contains(got.stdout+got.stderr, "secret") {
		t.Errorf("the password is shown:\n%s%s", got.stdout, got.stderr)
	}
}

// wantInterrupted checks the outcome of a run that was interrupted. If the run ended
// before the interrupt, it must have passed.
func (o outcome) wantInterrupted(t *testing.T) {
	t.Helper()
	if strings.Contains(o.stdout, "INTERRUPTED: ") {
		o.wantStatus(t, exitInterrupted)
	} else {
		t.Log("the run ended before it was interrupted")
		o.wantStatus(t, 0)
	}
}

func TestInterruptLeavesNoFiles(t *testing.T) {
	t.Parallel()
	p := start(t, nil, "verify", "sqlite")
	p.interruptAt(t, " checks on SQLite")
	p.end(t).wantInterrupted(t)
}

// The image has a name that no other container uses, so the test can find the command's
// container. The reaper of testcontainers-go, which would remove it too, is off.
func TestInterruptLeavesNoContainer(t *testing.T) {
	t.Parallel()
	const image = "tenon-verify-test:interrupt"
	if output, err := exec.Command("docker", "tag", "postgres:17", image).CombinedOutput(); err != nil {
		required, err := containers.Required("postgres")
		if required || err != nil {
			t.Fatalf("needs Docker and the image postgres:17: %v: %s", err, output)
		}
		t.Skipf("NOT RUN: whether Ctrl-C removes containers: needs Docker and the image postgres:17: %v: %s", err, output)
	}
	defer exec.Command("docker", "rmi", image).Run() // removes the name, not postgres:17
	for _, moment := range []string{"postgres: starting", " checks on PostgreSQL"} {
		p := start(t, []string{"TENON_POSTGRES_17_IMAGE=" + image, "TENON_POSTGRES_DSN=", "TESTCONTAINERS_RYUK_DISABLED=true"}, "verify", "postgres")
		p.interruptAt(t, moment)
		got := p.end(t)
		got.wantInterrupted(t)
		output, err := exec.Command("docker", "ps", "--all", "--format", "{{.Image}} {{.ID}}").CombinedOutput()
		if err != nil || strings.Contains(string(output), image) {
			t.Errorf("interrupted at %q: %v; containers that are left:\n%s\n%s%s", moment, err, output, got.stdout, got.stderr)
		}
	}
}
