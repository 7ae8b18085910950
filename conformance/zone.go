package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A fault that depends on the zone of the process does not show if the zone is UTC, as it is
// on most CI machines. Because time.Local cannot be changed while other goroutines run, the
// check runs in another process: the same test binary, with zoneVariable set.
const zoneVariable = "TENON_CONFORMANCE_ZONE"

// inUTC reports whether the zone of this process hides faults.
func inUTC() bool {
	_, offset := time.Now().Zone()
	return offset == 0
}

// enterZone sets the zone of this process if it is the other process.
func enterZone() {
	if name := os.Getenv(zoneVariable); name != "" {
		time.Local = time.FixedZone(name, 12*60*60+45*60)
	}
}

// runInZone runs a check in a process with another zone.
func (r *runner) runInZone(t *testing.T, p planned) Result {
	begin := time.Now()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", runPattern(t.Name()), "-test.v", "-test.count=1")
	watchdog, _ := r.limits.remaining(begin)
	cmd.Args = append(cmd.Args, "-test.timeout", watchdog.String())
	cmd.Env = append(os.Environ(), zoneVariable+"=Chatham")
	output, err := cmd.CombinedOutput()
	again := zoneVariable + "=Chatham go test -run '" + runPattern(t.Name()) + "'"
	result := p.result(Passed, "")
	result.Duration = time.Since(begin)
	switch {
	case err != nil:
		result.Outcome, result.Output = Failed, explain(p, string(output), again)
	case bytes.Contains(output, []byte("--- SKIP: "+t.Name()+" ")):
		result.Outcome, result.Output = NotRun, string(output)
	case !bytes.Contains(output, []byte("--- PASS: "+t.Name()+" ")):
		result.Outcome, result.Output = Failed, explain(p, "the other process did not run it:\n"+string(output), again)
	}
	return result
}
