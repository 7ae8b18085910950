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

// tool is the command and what it uses of the world around it.
type tool struct {
	adapters       []adapter
	stdout, stderr io.Writer
	getenv         func(string) string
	demanded       func(adapter string) (bool, error) // whether the environment wants it to run
	now            func() time.Time                   // in the zone of the person who reads
	command        string                             // what runs this program again, for a shell
}

// exitStatus is an error that has been reported already: what is left to do is
// to exit with it.
type exitStatus int

const (
	exitFailed      exitStatus = 1
	exitUsage       exitStatus = 2
	exitInterrupted exitStatus = 130 // 128 and SIGINT, as shells have it
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

// withoutDSNs leaves out of a text what it repeats of the command line and may
// have a password: a DSN may be where none belongs.
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
		Short: "Keep users and sessions in a database, and prove that an adapter does",
		Long: `Tenon keeps users and sessions in a database: one contract, an adapter for each
database, and a suite that proves for any adapter that it keeps the contract.`,
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

// versionText says which release this is, or which commit, what it judges by, and what
// it was built with.
func versionText() string {
	release := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		release = info.Main.Version
	}
	return fmt.Sprintf("%s, conformance suite %s, %s %s/%s", release, conformance.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// commandLine returns what a shell runs this program with. Program is
// os.Args[0], which go run makes a file that is gone afterwards.
func commandLine(program string) string {
	if !strings.Contains(program, "go-build") {
		return program
	}
	if info, err := os.Stat("cmd/tenon"); err == nil && info.IsDir() {
		return "go run ./cmd/tenon"
	}
	return "go run github.com/tenon-go/tenon/cmd/tenon"
}
