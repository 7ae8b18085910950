package conformance

import "context"

// TB is what a check, and the open function it calls, may use of a
// *testing.T: all of testing.TB that others than package testing can
// implement. The same clauses therefore run under go test ([Run]) and without
// it ([Judge]).
//
// As in package testing, Fatal, FailNow and Skip end the goroutine that calls
// them, and functions given to Cleanup run last added first when the check has
// ended. The context is done just before that.
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
