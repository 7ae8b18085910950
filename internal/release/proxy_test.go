package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	modpath "golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// serveRelease writes a folder that is a module proxy with this tree as its only release.
// It returns the folder and the version, which is different for each run, since the go
// command keeps its downloads forever.
func serveRelease(t *testing.T) (dir, version string) {
	t.Helper()
	dir = t.TempDir()
	version = fmt.Sprintf("v0.0.1-test.%d", time.Now().UnixNano())
	w := thisWorkspace(t)
	if err := w.setVersion(version); err != nil {
		t.Fatal(err)
	}
	texts := textsOf(t, w)
	for _, m := range w.inOrder() {
		at := filepath.Join(dir, filepath.FromSlash(m.path), "@v")
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		info, err := json.Marshal(map[string]any{"Version": version, "Time": time.Now().UTC()})
		if err != nil {
			t.Fatal(err)
		}
		goMod := texts[m.goMod()]
		for name, data := range map[string][]byte{
			"list":            []byte(version + "\n"),
			version + ".info": info,
			version + ".mod":  goMod,
		} {
			if err := os.WriteFile(filepath.Join(at, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		zipModule(t, filepath.Join(at, version+".zip"), modpath.Version{Path: m.path, Version: version}, filepath.Join(w.root, m.dir), goMod)
	}
	return dir, version
}

// zipModule writes the zip file of the module in dir, with another go.mod.
func zipModule(t *testing.T, name string, m modpath.Version, dir string, goMod []byte) {
	t.Helper()
	checked, err := zip.CheckDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []zip.File
	for _, name := range checked.Valid {
		path, err := filepath.Rel(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		if path == ".git" {
			continue // a file, in a worktree
		}
		file := treeFile{path: filepath.ToSlash(path), dir: dir}
		if path == "go.mod" {
			file.text = goMod
		}
		files = append(files, file)
	}
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := zip.Create(out, m, files); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// treeFile is a file in a module's folder. If its text is not nil, that is its content.
type treeFile struct {
	path, dir string
	text      []byte
}

func (f treeFile) Path() string { return f.path }

func (f treeFile) Lstat() (os.FileInfo, error) {
	info, err := os.Lstat(filepath.Join(f.dir, f.path))
	if err != nil || f.text == nil {
		return info, err
	}
	return sizedInfo{info, int64(len(f.text))}, nil
}

// sizedInfo is a FileInfo with another size.
type sizedInfo struct {
	os.FileInfo
	size int64
}

func (i sizedInfo) Size() int64 { return i.size }

func (f treeFile) Open() (io.ReadCloser, error) {
	if f.text != nil {
		return io.NopCloser(strings.NewReader(string(f.text))), nil
	}
	return os.Open(filepath.Join(f.dir, f.path))
}
