package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// tidy runs go mod tidy in each module, and writes its go.mod and go.sum.
func (w *workspace) tidy() error {
	for _, m := range w.modules {
		err := w.withReplacements(m, func(goMod string) error {
			if output, err := w.goModTidy(m, goMod); err != nil {
				return fmt.Errorf("%s: %w\n%s", m.path, err, output)
			}
			return w.takeBack(m, goMod)
		})
		if err != nil {
			return err
		}
	}
	// If a module newly requires one of our modules, the version has to be set there, and
	// go.work needs a replacement.
	if err := w.setVersion(w.version); err != nil {
		return err
	}
	return w.write()
}

// tidyDiff prints what tidy would change. It returns an error if there are changes.
func (w *workspace) tidyDiff() error {
	changes := 0
	for _, m := range w.modules {
		err := w.withReplacements(m, func(goMod string) error {
			output, err := w.goModTidy(m, goMod, "-diff")
			if err != nil {
				changes++
				fmt.Printf("%s: %v\n%s", m.path, err, output)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if changes > 0 {
		return fmt.Errorf("%d modules are not tidy: go run ./internal/release tidy", changes)
	}
	return nil
}

// withReplacements calls do with the name of a copy of m's go.mod, next to a copy of its
// go.sum. The copy replaces our modules by those in this workspace. That is necessary
// because go mod tidy does not use go.work, and modules of the next release cannot be
// downloaded yet.
func (w *workspace) withReplacements(m *module, do func(goMod string) error) error {
	dir, err := os.MkdirTemp("", "tenon-tidy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data, err := m.file.Format()
	if err != nil {
		return err
	}
	goMod := filepath.Join(dir, "go.mod")
	file, err := modfile.Parse(goMod, data, nil)
	if err != nil {
		return err
	}
	for _, other := range w.modules {
		if err := file.AddReplace(other.path, w.version, filepath.Join(w.root, other.dir), ""); err != nil {
			return err
		}
	}
	if data, err = file.Format(); err != nil {
		return err
	}
	if err := os.WriteFile(goMod, data, 0o644); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(w.root, m.dir, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644); err != nil {
		return err
	}
	return do(goMod)
}

// goModTidy runs go mod tidy in m's folder, with another go.mod.
func (w *workspace) goModTidy(m *module, goMod string, flags ...string) (output []byte, err error) {
	cmd := exec.Command("go", append([]string{"mod", "tidy", "-modfile=" + goMod}, flags...)...)
	cmd.Dir = filepath.Join(w.root, m.dir)
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	return cmd.CombinedOutput()
}

// takeBack writes the tidied files to m's folder, without the replacements.
func (w *workspace) takeBack(m *module, goMod string) error {
	data, err := os.ReadFile(goMod)
	if err != nil {
		return err
	}
	if m.file, err = modfile.Parse(goMod, data, nil); err != nil {
		return err
	}
	for _, other := range w.modules {
		if err := m.file.DropReplace(other.path, w.version); err != nil {
			return err
		}
	}
	m.file.Cleanup()
	sum, err := os.ReadFile(filepath.Join(filepath.Dir(goMod), "go.sum"))
	if err != nil {
		return err
	}
	name := filepath.Join(w.root, m.dir, "go.sum")
	if before, err := os.ReadFile(name); len(sum) == 0 && os.IsNotExist(err) || bytes.Equal(sum, before) {
		return nil
	}
	return os.WriteFile(name, sum, 0o644)
}
