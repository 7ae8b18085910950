package report

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The names of the files in the directory of a report. The page is also that of tenon
// verify --report.
const (
	resultFile = "bench.json"
	pageFile   = "report.html"
)

// WriteFiles writes the result to a directory: as bench.json, and as a section of
// report.html, which it creates if it does not exist.
func (r *Result) WriteFiles(dir string) error {
	if err := r.Write(filepath.Join(dir, resultFile)); err != nil {
		return err
	}
	return r.addTo(filepath.Join(dir, pageFile))
}

// AddFrom adds the result in a directory's bench.json, if that exists, to the directory's
// report.html, which tenon verify has just written.
func AddFrom(dir string) error {
	r, err := Read(filepath.Join(dir, resultFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.addTo(filepath.Join(dir, pageFile))
}

// The marks around the section, so that it can be replaced.
const (
	sectionBegin = "<!-- tenon bench -->\n"
	sectionEnd   = "<!-- end of tenon bench -->\n"
)

// barePage is the page for the section if report.html does not exist.
const barePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tenon: measured</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 64rem; margin: 1rem auto; padding-inline: 1rem; background: light-dark(#f8f7f4, #161715); color: light-dark(#262a26, #e6e8e2) }
</style>
</head>
<body>
<main>
<h1>Tenon</h1>
</main>
</body>
</html>
`

// addTo puts the section into a page, at the end of its main part. It replaces an existing
// section.
func (r *Result) addTo(file string) error {
	section, err := r.Section()
	if err != nil {
		return err
	}
	page := barePage
	switch text, err := os.ReadFile(file); {
	case err == nil:
		page = string(text)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if before, rest, ok := strings.Cut(page, sectionBegin); ok {
		_, after, _ := strings.Cut(rest, sectionEnd)
		page = before + after
	}
	end := strings.LastIndex(page, "</main>")
	if end < 0 {
		return errors.New(filepath.Base(file) + " was not written by tenon verify --report")
	}
	page = page[:end] + sectionBegin + section + sectionEnd + page[end:]
	return os.WriteFile(file, []byte(page), 0o666)
}
