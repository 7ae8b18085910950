package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const rootPath = "github.com/tenon-go/tenon"

var fromOutside = flag.Bool("from-outside", false, "also serve this tree as a release, and install it")

// A new user, in an empty directory, can install the commands and use the modules, with
// this tree as the latest release. Each module needs no other part of the tree. The parts
// of the test run one after another, since each uses what the earlier ones downloaded and
// built.
//
// The test takes a minute or more, because it compiles Tenon again. So it needs a flag, and
// .ci/run has a separate step for it.
func TestInstallFromOutside(t *testing.T) {
	if !*fromOutside {
		t.Skip("NOT RUN: it takes a minute; go test ./internal/release -from-outside runs it, as .ci/run does")
	}
	outside := newOutside(t)

	t.Run("go install cmd/tenon@latest", func(t *testing.T) {
		dir := t.TempDir()
		outside.run(t, dir, "go", "install", rootPath+"/cmd/tenon@latest")
		got := outside.run(t, dir, filepath.Join(outside.bin, "tenon"), "--version")
		if !strings.HasPrefix(got, "tenon "+outside.version+",") {
			t.Errorf("it says that it is %q, want version %s", got, outside.version)
		}
		// docs/ci.md builds an image with it.
		dockerfile := filepath.Join(outside.cache, rootPath+"/cmd/tenon@"+outside.version, "Dockerfile")
		if _, err := os.Stat(dockerfile); err != nil {
			t.Error(err)
		}
	})

	t.Run("go run cmd/tenon@latest", func(t *testing.T) {
		got := outside.run(t, t.TempDir(), "go", "run", rootPath+"/cmd/tenon@latest", "verify", "memory", "--run", "USR")
		if !strings.Contains(got, "PASS: memory passed.") {
			t.Errorf("go run … verify memory printed:\n%s", got)
		}
	})

	t.Run("tenon new adapter", func(t *testing.T) {
		dir := t.TempDir()
		outside.run(t, dir, filepath.Join(outside.bin, "tenon"), "new", "adapter", "ledger")
		dir = filepath.Join(dir, "ledger")
		outside.run(t, dir, "go", "mod", "tidy")
		outside.run(t, dir, "go", "vet", "./...")
		if got := outside.run(t, dir, "go", "list", "-m", rootPath); got != rootPath+" "+outside.version+"\n" {
			t.Errorf("the new adapter requires %s, want version %s", got, outside.version)
		}
	})

	for _, m := range outside.libraries {
		t.Run("go get "+m.path, func(t *testing.T) {
			dir := t.TempDir()
			outside.run(t, dir, "go", "mod", "init", "example.com/alone")
			outside.run(t, dir, "go", "get", m.path+"@latest")
			program := "package alone\n\n"
			for _, pkg := range outside.importable(t, dir, m) {
				program += fmt.Sprintf("import _ %q\n", pkg)
			}
			if err := os.WriteFile(filepath.Join(dir, "alone.go"), []byte(program), 0o644); err != nil {
				t.Fatal(err)
			}
			outside.run(t, dir, "go", "build", "-mod=mod", ".")
		})
	}
}

// outside is the environment of a new user whose module proxy has this tree.
type outside struct {
	env       []string
	bin       string // where go install puts commands
	version   string // of the release
	cache     string // where downloaded modules are
	libraries []*module
}

func newOutside(t *testing.T) outside {
	proxy, version := serveRelease(t)
	o := outside{bin: t.TempDir(), version: version, cache: goEnv(t, "GOMODCACHE")}
	o.env = append(os.Environ(),
		"GOPROXY=file://"+filepath.ToSlash(proxy)+","+goEnv(t, "GOPROXY"),
		"GOSUMDB=off", // the checksum database does not know this release
		"GOBIN="+o.bin,
		// The downloaded modules can be removed again. The test checks only that the code
		// compiles and links, so optimizations are off.
		"GOFLAGS=-modcacherw -ldflags=-w '-gcflags=github.com/tenon-go/tenon/...=-N -l'",
		"GOWORK=",
	)
	for _, m := range thisWorkspace(t).inOrder() {
		if !strings.HasPrefix(m.dir, "cmd/") {
			o.libraries = append(o.libraries, m)
		}
		t.Cleanup(func() { removeFromCache(t, o.cache, m.path, version) })
	}
	return o
}

func removeFromCache(t *testing.T, cache, path, version string) {
	downloads, err := filepath.Glob(filepath.Join(cache, "cache", "download", path, "@v", version+".*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(downloads, filepath.Join(cache, path+"@"+version)) {
		if err := os.RemoveAll(name); err != nil {
			t.Error(err)
		}
	}
}

// importable returns the packages of m that other modules can import. The module in dir
// requires m.
func (o outside) importable(t *testing.T, dir string, m *module) []string {
	t.Helper()
	listed := o.run(t, dir, "go", "list", "-mod=mod", "-f", "{{if and .GoFiles (ne .Name \"main\")}}{{.ImportPath}}{{end}}", m.path+"/...")
	packages := slices.DeleteFunc(strings.Fields(listed), func(pkg string) bool {
		return slices.Contains(strings.Split(pkg, "/"), "internal")
	})
	if len(packages) == 0 {
		t.Fatalf("%s has no package to import", m.path)
	}
	return packages
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	output, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

// run runs a command in dir, which must succeed, and returns its standard output.
func (o outside) run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, o.env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, output, &stderr)
	}
	return string(output)
}
