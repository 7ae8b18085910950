package conformance

import (
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
)

// entry is a log message or a failure of a check.
type entry struct {
	text   string
	failed bool
	times  int    // how often it occurred in a row
	after  string // for a failure, what the check had done before, if it recorded that
	at     string // for a failure, the line in the source
}

func (e entry) String() string {
	text := e.text
	if e.times > 1 {
		text += fmt.Sprintf("\n  %d times", e.times)
	}
	if e.after != "" {
		text += "\n  after " + e.after
	}
	if e.at != "" {
		text += "\n  at " + e.at
	}
	return text
}

// suitePackage is the prefix of the names of this package's functions.
var suitePackage = reflect.TypeFor[recorder]().PkgPath() + "."

// caller returns who reported a failure: the line of the check that led to it, or of the
// function outside the suite. Body is true in the check's own goroutine, outside of
// functions that run concurrently.
func caller() (at string, ofSuite, body bool) {
	var counters [64]uintptr
	return callerIn(counters[:runtime.Callers(2, counters[:])])
}

// callerIn is caller for a stack.
func callerIn(stack []uintptr) (at string, ofSuite, body bool) {
	frames := runtime.CallersFrames(stack)
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		file := filepath.Base(f.File)
		ours := strings.HasPrefix(f.Function, suitePackage)
		switch {
		case ours && (file == "failure.go" || file == "recorder.go"):
		case !ours && !ofSuite:
			return fmt.Sprintf("%s:%d", file, f.Line), false, false
		case ours:
			ofSuite = true
			if strings.HasPrefix(file, "check_") {
				at = fmt.Sprintf("conformance/%s:%d", file, f.Line)
			}
			body = body || strings.HasPrefix(f.Function, suitePackage+"plan[")
		}
	}
	return at, ofSuite, body
}

// explain adds to the output of a check, before it, the clause and the command that runs the
// check again.
func explain(p planned, output, again string) string {
	text := fmt.Sprintf("%s %s: %s\nWhy: %s\nSee: %s", p.clause.ID, p.clause.Level, p.clause.Text, p.clause.Reason, p.clause.Link())
	if again != "" {
		text += "\nRun it again: " + again
	}
	return text + "\n\n" + output
}

var (
	calls    = regexp.MustCompile(`\b(CreateUser|User|UserBy|UpdateUser|DeleteUser|CreateSession|Session|SessionAndUser|UserSessions|UpdateSession|SwapLease|DeleteSession|DeleteUserSessions|DeleteUserSessionsExcept|DeleteExpiredSessions|Migrate|Check|Close|Ping|Describe)\b`)
	causedBy = regexp.MustCompile(`, caused by (\S+).*`)
	numbers  = regexp.MustCompile(`\d+`)
	quoted   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// kindOf returns the part of a failure that all failures of its kind share: the method and
// the difference between got and want, without the parts that differ from row to row.
func kindOf(text string) string {
	call, rest, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(call, "panic: ") || strings.HasPrefix(call, "hung: ") {
		return numbers.ReplaceAllString(call, "#")
	}
	parts := []string{call}
	if methods := calls.FindAllString(call, -1); methods != nil {
		parts = []string{methods[len(methods)-1]}
	}
	for line := range strings.SplitSeq(rest, "\n") {
		line = causedBy.ReplaceAllString(strings.TrimSpace(line), ", caused by $1")
		if !strings.Contains(line, "class") {
			line = quoted.ReplaceAllString(line, `"…"`)
		}
		parts = append(parts, numbers.ReplaceAllString(line, "#"))
	}
	return strings.Join(parts, "; ")
}
