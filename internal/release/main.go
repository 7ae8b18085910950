// Release does the mechanical part of a release, and keeps the go.mod files of this
// repository consistent. See docs/releasing.md.
//
//	go run ./internal/release tidy         # go mod tidy, in each module
//	go run ./internal/release tidy -diff   # the same, as a diff, and fail if there is one
//	go run ./internal/release set v0.2.0   # set the version of our own modules in all go.mod files and pages
//	go run ./internal/release tags         # the tags of a release, in their order
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const usage = "usage: release tidy [-diff] | release set VERSION | release tags"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	root, err := workspaceRoot()
	if err != nil {
		return err
	}
	w, err := readWorkspace(root)
	if err != nil {
		return err
	}
	switch strings.Join(args, " ") {
	case "tidy":
		return w.tidy()
	case "tidy -diff":
		return w.tidyDiff()
	case "tags":
		if err := w.checkChangelog(); err != nil {
			return err
		}
		for _, m := range w.inOrder() {
			fmt.Println(m.tag(w.version))
		}
		return nil
	}
	if len(args) == 2 && args[0] == "set" {
		if err := w.setVersion(args[1]); err != nil {
			return err
		}
		return w.write()
	}
	return fmt.Errorf("%s", usage)
}

// workspaceRoot returns the folder of the current go.work file.
func workspaceRoot() (string, error) {
	output, err := exec.Command("go", "env", "GOWORK").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOWORK: %w", err)
	}
	file := strings.TrimSpace(string(output))
	if file == "" || file == "off" {
		return "", fmt.Errorf("no go.work is in use here")
	}
	return filepath.Dir(file), nil
}
