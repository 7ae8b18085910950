package conformance

import "context"

// TB is the part of testing.TB that checks, and the open functions that they call,
// can use. Only package testing can implement all of testing.TB. With TB the same
// checks run under go test ([Run]) and without it ([Judge]).
//
// As in package testing, Fatal, FailNow and Skip end the goroutine that calls
// them. When the check has ended, its context is canceled, and then the functions
// passed to Cleanup run in last added, first called order.
type TB interface {
	Cleanup(func())
	Context() context.Context
	Error(args ...any)
	Errorf(format string, args ...any)
	Fail()
	FailNow()
	Failed() bool
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Name() string
	Skip(args ...any)
	SkipNow()
	Skipf(format string, args ...any)
	Skipped() bool
	TempDir() string
}
