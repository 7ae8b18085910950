package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// tool is the command and its environment.
type tool struct {
	adapters       []adapter
	stdout, stderr io.Writer
	getenv         func(string) string
	demanded       func(adapter string) (bool, error) // whether TENON_REQUIRE asks for it
	now            func() time.Time                   // in the user's time zone
	command        string                             // runs this program again, in a shell
}

// exitStatus is the status to exit with after an error that has been reported already.
type exitStatus int

const (
	exitFailed      exitStatus = 1
	exitUsage       exitStatus = 2
	exitInterrupted exitStatus = 130 // 128 + SIGINT, as in shells
)

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// run runs the command and returns its exit status.
func (t tool) run(ctx context.Context, args []string) int {
	root := t.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	}
	fmt.Fprintf(t.stderr, "tenon: %s\n", report.Printable(withoutDSNs(err.Error(), args)))
	return int(exitUsage)
}

// withoutDSNs removes from a text the arguments that can contain a password. A user can
// put a DSN in a place where it does not belong, and the error would repeat it.
func withoutDSNs(text string, args []string) string {
	for _, arg := range args {
		_, value, _ := strings.Cut(arg, "=")
		for _, part := range []string{arg, value} {
			if strings.Contains(part, "://") || strings.Contains(part, "@") || strings.Contains(part, "password") {
				text = strings.ReplaceAll(text, part, "…")
			}
		}
	}
	return text
}

func (t tool) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "tenon",
		Short: "Judge, measure and write adapters that keep users and sessions in a database",
		Long: `Tenon keeps users and sessions in a database. It has one contract, an adapter
for each database, and a suite of checks that judges any adapter against the
contract.

To see the suite at work: tenon verify memory sqlite
The pages in docs/ are at https://github.com/tenon-go/tenon/tree/main/docs`,
		Version:            versionText(),
		SilenceErrors:      true, // run prints them
		SilenceUsage:       true,
		DisableSuggestions: true, // an error is one line
	}
	root.SetVersionTemplate("tenon {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetOut(t.stdout)
	root.SetErr(t.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.AddCommand(t.verifyCommand(), t.explainCommand(), t.sweepCommand(), t.benchCommand())
	root.AddCommand(t.newCommand(), t.manCommand())
	return root
}

// versionText returns the release or commit, the version of the suite, and the version
// and platform of Go.
func versionText() string {
	release := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		release = info.Main.Version
	}
	return fmt.Sprintf("%s, conformance suite %s, %s %s/%s", release, conformance.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// commandLine returns the command with which a shell runs this program again. Program
// is os.Args[0]. Under go run that is a temporary file, so the command is go run.
func commandLine(program string) string {
	if !strings.Contains(program, "go-build") {
		return program
	}
	if info, err := os.Stat("cmd/tenon"); err == nil && info.IsDir() {
		return "go run ./cmd/tenon"
	}
	return "go run github.com/tenon-go/tenon/cmd/tenon"
}
