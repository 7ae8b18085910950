package main

import (
	"slices"
	"testing"
)

// No go.mod has what go install and go get refuse or cannot find: a main module with
// replacements cannot be installed, replacements of a dependency have no effect, and
// a version that is not a release cannot be downloaded.
func TestModulesCanBeRequired(t *testing.T) {
	w := thisWorkspace(t)
	for _, m := range w.modules {
		for _, r := range m.file.Replace {
			t.Errorf("%s replaces %s: go.work is what serves a clone", m.path, r.Old.Path)
		}
		for _, x := range m.file.Exclude {
			t.Errorf("%s excludes %s", m.path, x.Mod.Path)
		}
		for _, r := range w.requires(m) {
			if m.released && !r.released {
				t.Errorf("%s requires %s, which no release has", m.path, r.path)
			}
		}
	}
}

// All modules require each other in the same version, which is also that of the
// replacements in go.work.
func TestOneVersion(t *testing.T) {
	w := thisWorkspace(t)
	before := textsOf(t, w)
	if err := w.setVersion(w.version); err != nil {
		t.Fatal(err)
	}
	for name, text := range textsOf(t, w) {
		if string(text) != string(before[name]) {
			t.Errorf("%s is not all of version %s; go run ./internal/release set %s makes it:\n%s", name, w.version, w.version, text)
		}
	}
}

func TestSetVersion(t *testing.T) {
	w := thisWorkspace(t)
	before, version := textsOf(t, w), w.version
	for _, bad := range []string{"", "0.2.0", "v2", "v0.2", "v0.2.0+x", "latest"} {
		if err := w.setVersion(bad); err == nil {
			t.Errorf("version %q is taken", bad)
		}
	}
	for _, v := range []string{"v0.99.0", version} {
		if err := w.setVersion(v); err != nil {
			t.Fatal(err)
		}
		for _, m := range w.modules {
			for _, r := range m.file.Require {
				if w.module(r.Mod.Path) != nil && r.Mod.Version != v {
					t.Errorf("%s requires %s, want %s", m.path, r.Mod, v)
				}
			}
		}
	}
	for name, text := range textsOf(t, w) {
		if string(text) != string(before[name]) {
			t.Errorf("%s after %s and back to %s:\n%s", name, "v0.99.0", version, text)
		}
	}
}

func TestOrderOfTags(t *testing.T) {
	w := thisWorkspace(t)
	ordered := w.inOrder()
	if len(ordered) == 0 || ordered[0].tag("v1.2.3") != "v1.2.3" {
		t.Fatal("the root is not first")
	}
	for i, m := range ordered {
		for _, r := range w.requires(m) {
			if at := slices.Index(ordered, r); at < 0 || at > i {
				t.Errorf("%s comes before %s", m.tag("v1.2.3"), r.tag("v1.2.3"))
			}
		}
	}
}

func thisWorkspace(t *testing.T) *workspace {
	t.Helper()
	root, err := workspaceRoot()
	if err != nil {
		t.Fatal(err)
	}
	w, err := readWorkspace(root)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func textsOf(t *testing.T, w *workspace) map[string][]byte {
	t.Helper()
	texts, err := w.texts()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestShownVersion(t *testing.T) {
	for before, want := range map[string]string{
		"uses: tenon-go/tenon@v0.1.0":                                   "uses: tenon-go/tenon@V",
		"go run github.com/tenon-go/tenon/cmd/tenon@v0.1.0-rc.1 verify": "go run github.com/tenon-go/tenon/cmd/tenon@V verify",
		"a sentence about tenon-go/tenon@v0.1.0.":                       "a sentence about tenon-go/tenon@V.",
		"go install github.com/tenon-go/tenon/cmd/tenon@latest":         "go install github.com/tenon-go/tenon/cmd/tenon@latest",
		"uses: actions/checkout@v5":                                     "uses: actions/checkout@v5",
	} {
		if got := shownVersion.ReplaceAllString(before, "${1}V"); got != want {
			t.Errorf("%q becomes %q, want %q", before, got, want)
		}
	}
}
