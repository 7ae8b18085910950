// Tenon is the command of the Tenon project, which keeps users and sessions in
// a database. Its command verify judges adapters against the contract:
//
//	tenon verify [adapter...]
//
// See tenon verify --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tenon-go/tenon/conformance/containers"
)

func main() {
	home := leaveHome()

	containers.Quiet()

	// The first signal lets what runs end and clean up after itself; the
	// second finds Go's own handling again and ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)

	t := tool{
		adapters: allAdapters(),
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		getenv:   os.Getenv,
		demanded: containers.Required,
		now:      func() time.Time { return time.Now().In(home) },
		command:  commandLine(os.Args[0]),
	}
	os.Exit(t.run(ctx, os.Args[1:]))
}

// leaveHome puts the process into a far time zone and returns the zone that it
// was in, for times shown to people.
//
// Clause TIM-04 says that no zone of the process changes an instant. Where the
// process is in UTC, as on most servers, such a fault does not show, and the
// suite does not run the clause. Chatham's zone is far from those that servers
// and connections are in, and no whole number of hours off. time.Local may
// only be set while nothing else runs, so this is the first thing main does.
func leaveHome() *time.Location {
	home := time.Local
	time.Local = time.FixedZone("Chatham", 12*60*60+45*60)
	return home
}
