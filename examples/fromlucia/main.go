// Fromlucia moves the sessions that Lucia 1, 2 or 3 wrote into a table of Tenon.
// Browsers' cookies keep working, so no user is signed out. docs/from-lucia.md lists the
// other steps of a move.
//
// Put your application's attribute types into types.go, then:
//
//	go run . -from app.db -lucia user_session -users user
//
// You can run it again: it does not change sessions that it has moved.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "fromlucia:", err)
		os.Exit(1)
	}
}

// run is the program. It moves the sessions that are alive at now, and writes to out what
// it did with all of them.
func run(ctx context.Context, args []string, out io.Writer, now time.Time) error {
	flags := flag.NewFlagSet("fromlucia", flag.ContinueOnError)
	flags.SetOutput(out)
	from := flags.String("from", "", "the `DSN` of Lucia's database: "+forms())
	to := flags.String("to", "", "the `DSN` of the database to move to (default: the same)")
	lucia := flags.String("lucia", "user_session", "Lucia's `table` of sessions")
	users := flags.String("users", "users", "the `table` of users, in the database to move to")
	sessions := flags.String("sessions", "sessions", "the `table` to move to; it is created if it does not exist")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *to == "" {
		*to = *from
	}
	switch {
	case *from == "" || flags.NArg() > 0:
		return errors.New("say with -from where Lucia's sessions are; -help explains the other flags")
	case *from == *to && *lucia == *sessions:
		return errors.New("-lucia and -sessions name the same table")
	}

	sourceEngine, err := engineOf(*from)
	if err != nil {
		return err
	}
	targetEngine, err := engineOf(*to)
	if err != nil {
		return err
	}

	// The source first: if nothing can be moved, nothing is created.
	source, err := sourceEngine.source(ctx, *from, *lucia)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := targetEngine.exists(ctx, *to, *users); err != nil {
		return fmt.Errorf("check the table of users, which -users names: %w", err)
	}
	target, ids, err := targetEngine.openTarget(ctx, *to, *users, *sessions)
	if err != nil {
		return err
	}
	defer target.Close()
	if ids.are != "text" {
		fmt.Fprintf(out, "The ids of users are %s.\n", ids.are)
	}

	moved, err := move(ctx, source, target, now)
	fmt.Fprintln(out, moved)
	return err
}
