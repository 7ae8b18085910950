package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (t tool) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages of this command",
		Long: `Man writes a manual page for each command into the directory DIR: tenon.1,
tenon-verify.1 and so on. It creates the directory if it does not exist.

To read a page: man -l DIR/tenon-verify.1`,
		Example: `  tenon man ~/.local/share/man/man1`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writeMan(t.rootCommand(), args[0]); err != nil {
				fmt.Fprintf(t.stderr, "tenon: writing the manual pages: %v\n", err)
				return exitFailed
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		DisableFlagsInUseLine: true,
	}
}

// writeMan writes the pages of a command and of its subcommands. It modifies root.
func writeMan(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root.InitDefaultHelpCmd()
	root.DisableAutoGenTag = true // it would add a section HISTORY about the generator
	keepLines(root)
	release, _, _ := strings.Cut(versionText(), ",")
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "tenon " + release, Manual: "Tenon"}, dir)
}

// keepLines rewrites help texts for the generator of pages: their lists, which are
// indented by two spaces, become blocks whose line breaks the generator keeps.
func keepLines(cmd *cobra.Command) {
	var b strings.Builder
	list := false
	for line := range strings.Lines(cmd.Long) {
		if indented := strings.HasPrefix(line, "  "); indented != list {
			list = indented
			b.WriteString("\n")
		}
		if list {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	cmd.Long = b.String()
	for _, c := range cmd.Commands() {
		keepLines(c)
	}
}
