// Tenon is the command of the Tenon project, which keeps users and sessions in
// a database. It judges adapters against the contract, measures them, explains
// the contract, deletes expired sessions and generates new adapters:
//
//	tenon verify [adapter...]
//	tenon bench [adapter...]
//	tenon explain [clause...]
//	tenon sweep --dsn DSN
//	tenon new adapter NAME
//
// See tenon help.
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

	// After the first signal, running work ends and cleans up. Then Go's default
	// handling is back, so a second signal ends the process at once.
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

// leaveHome sets the process's time zone to a remote one and returns the previous
// zone, which is used for times shown to people.
//
// Clause TIM-04 says that the process's time zone never changes an instant. In
// UTC, the zone of most servers, such a fault would not show, so the suite does not
// run the clause there. Chatham's zone is far from those of servers and
// connections, and its offset is not a whole number of hours. Setting time.Local
// is safe only while no other goroutine runs, so main calls leaveHome first.
func leaveHome() *time.Location {
	home := time.Local
	time.Local = time.FixedZone("Chatham", 12*60*60+45*60)
	return home
}
