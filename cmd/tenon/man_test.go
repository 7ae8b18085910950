package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Each command has a page with its summary and its flags.
func TestMan(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	got := runTool(t.Context(), allAdapters(), "man", dir)
	got.wantStatus(t, 0)
	var check func(*cobra.Command)
	check = func(c *cobra.Command) {
		name := strings.ReplaceAll(c.CommandPath(), " ", "-")
		page, err := os.ReadFile(filepath.Join(dir, name+".1"))
		if err != nil {
			t.Error(err)
			return
		}
		text := strings.ReplaceAll(string(page), `\-`, "-")
		wantIn(t, text, ".TH \""+strings.ToUpper(name)+"\" \"1\"", c.Short)
		c.Flags().VisitAll(func(f *pflag.Flag) { wantIn(t, text, "--"+f.Name) })
		for _, below := range c.Commands() {
			if below.Runnable() && !below.Hidden {
				check(below)
			}
		}
	}
	check(newTool(allAdapters()).rootCommand())
	page, err := os.ReadFile(filepath.Join(dir, "tenon-verify.1"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(page), `\-`, "-")
	wantIn(t, text, "\n.EX\nmemory ", "\n.EX\npostgres:15 ") // line by line
	for _, a := range allAdapters() {
		wantIn(t, text, "\n"+a.name+" ")
	}
}

func TestManCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := runTool(t.Context(), allAdapters(), "man", filepath.Join(file, "man1"))
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stderr, "tenon: writing the manual pages: ")
	runTool(t.Context(), allAdapters(), "man").wantStatus(t, exitUsage)
}
