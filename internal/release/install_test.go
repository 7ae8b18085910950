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

var fromOutside = flag.Bool("from-outside", false, "also serve this tree as a release and install it")

// What a stranger does in an empty directory works with this tree as the latest
// release, and a module alone is enough of it. The parts run one after the other,
// since each finds what those before it have downloaded and built.
//
// It takes a minute or more, because it compiles Tenon again: so it has a flag, and a
// step of its own in .ci/run.
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
		// docs/ci.md makes an image with it.
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

// outside is the environment of a stranger whose module proxy has this tree.
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
		"GOSUMDB=off", // it has never heard of this release
		"GOBIN="+o.bin,
		// What is of this release can be removed again; that it compiles and links is
		// to be seen, and how fast it is afterwards is not.
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

// importable returns the packages of m that others may import. The module in dir
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

// run runs a command in dir, which must succeed, and returns what it printed on
// its standard output.
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
