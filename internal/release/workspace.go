package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// notReleased is the comment in go.work after a module that is not part of a release:
// tests, examples and tools of this repository.
const notReleased = "// not released"

// workspace is the content of go.work and of the go.mod files that it names. All modules
// have the same version.
type workspace struct {
	root    string
	version string // in which the modules require each other
	file    *modfile.WorkFile
	modules []*module
	pages   map[string][]byte // that show the version, by their names from the root
}

type module struct {
	path     string
	dir      string // from the root, with slashes: "." or "adapters/redis"
	released bool
	file     *modfile.File
}

func readWorkspace(root string) (*workspace, error) {
	name := filepath.Join(root, "go.work")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	w := &workspace{root: root}
	if w.file, err = modfile.ParseWork(name, data, nil); err != nil {
		return nil, err
	}
	for _, use := range w.file.Use {
		m, err := readModule(root, filepath.ToSlash(filepath.Clean(use.Path)))
		if err != nil {
			return nil, err
		}
		m.released = !slices.ContainsFunc(use.Syntax.Suffix, func(c modfile.Comment) bool { return c.Token == notReleased })
		w.modules = append(w.modules, m)
	}
	for _, r := range w.file.Replace {
		w.version = r.Old.Version
	}
	w.pages, err = readPages(root)
	return w, err
}

func readModule(root, dir string) (*module, error) {
	name := filepath.Join(root, dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	return &module{path: file.Module.Mod.Path, dir: dir, file: file}, nil
}

// module returns our module with this path, or nil.
func (w *workspace) module(path string) *module {
	i := slices.IndexFunc(w.modules, func(m *module) bool { return m.path == path })
	if i < 0 {
		return nil
	}
	return w.modules[i]
}

// requires returns our modules that m requires.
func (w *workspace) requires(m *module) []*module {
	var required []*module
	for _, r := range m.file.Require {
		if other := w.module(r.Mod.Path); other != nil {
			required = append(required, other)
		}
	}
	return required
}

// inOrder returns the modules of a release, each after the modules that it requires.
func (w *workspace) inOrder() []*module {
	var ordered []*module
	var add func(m *module)
	add = func(m *module) {
		if slices.Contains(ordered, m) {
			return
		}
		for _, required := range w.requires(m) {
			add(required)
		}
		ordered = append(ordered, m)
	}
	for _, m := range w.modules {
		if m.released {
			add(m)
		}
	}
	return ordered
}

// goMod returns the path of m's go.mod, from the root.
func (m *module) goMod() string { return path.Join(m.dir, "go.mod") }

// tag returns the git tag for a version of m.
func (m *module) tag(version string) string {
	if m.dir == "." {
		return version
	}
	return m.dir + "/" + version
}

// setVersion makes all modules require the version of each other, and pages show
// it. In go.work a
// replacement for each of those that are required serves them from the clone:
// the go command reads their go.mod files at that version even in a workspace.
func (w *workspace) setVersion(version string) error {
	if !semver.IsValid(version) || semver.Canonical(version) != version {
		return fmt.Errorf("%q is not a version such as v0.2.0", version)
	}
	w.version = version
	for name, text := range w.pages {
		w.pages[name] = shownVersion.ReplaceAll(text, []byte("${1}"+version))
	}
	var required []*module
	for _, m := range w.modules {
		for _, other := range w.requires(m) {
			if err := m.file.AddRequire(other.path, version); err != nil {
				return err
			}
			required = append(required, other)
		}
		m.file.Cleanup()
	}
	for _, m := range w.modules {
		if !slices.Contains(required, m) {
			continue
		}
		dir := "."
		if m.dir != "." {
			dir = "./" + m.dir
		}
		if err := w.file.AddReplace(m.path, version, dir, ""); err != nil {
			return err
		}
	}
	for _, r := range slices.Clone(w.file.Replace) {
		if r.Old.Version == version && slices.Contains(required, w.module(r.Old.Path)) {
			continue
		}
		if err := w.file.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return err
		}
	}
	w.file.Cleanup()
	return nil
}

// texts returns the new contents of go.work, the go.mod files and the pages, by their
// paths from the root.
func (w *workspace) texts() (map[string][]byte, error) {
	texts := maps.Clone(w.pages)
	texts["go.work"] = modfile.Format(w.file.Syntax)
	for _, m := range w.modules {
		text, err := m.file.Format()
		if err != nil {
			return nil, err
		}
		texts[m.goMod()] = text
	}
	return texts, nil
}

// write writes go.work, the go.mod files and the pages.
func (w *workspace) write() error {
	texts, err := w.texts()
	if err != nil {
		return err
	}
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(w.root, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
