package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// shownVersion matches the place where a page names the release to install or to use.
var shownVersion = regexp.MustCompile(`(tenon-go/tenon[a-z/]*@)v[0-9][0-9A-Za-z.-]*[0-9A-Za-z]`)

// readPages returns the pages that show a version, by their paths from the root. It leaves
// out docs/releasing.md, where the version is an example.
func readPages(root string) (map[string][]byte, error) {
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	for _, name := range append(names, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if shownVersion.Match(text) && filepath.Base(name) != "releasing.md" {
			pages[filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator)))] = text
		}
	}
	return pages, nil
}

// checkChangelog returns an error if the changelog has no section for the workspace's
// version.
func (w *workspace) checkChangelog() error {
	text, err := os.ReadFile(filepath.Join(w.root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	heading := "## [" + strings.TrimPrefix(w.version, "v") + "] - "
	if !strings.Contains(string(text), "\n"+heading) {
		return fmt.Errorf("CHANGELOG.md has no section %q, with the day of the release", heading)
	}
	return nil
}
