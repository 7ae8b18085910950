package report

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/tenon-go/tenon/conformance/internal/badge"
)

// files are the formats that are written to files, by the names of the files.
var files = []struct {
	name  string
	write func(Report, io.Writer) error
}{
	{"report.html", Report.WriteHTML},
	{"report.json", Report.WriteJSON},
	{"report.md", Report.WriteMarkdown},
	{"junit.xml", Report.WriteJUnit},
	{badge.File, Report.WriteBadge},
}

// WriteFiles writes report.html, report.json, report.md, junit.xml and badge.json into
// a directory. It creates the directory if necessary and replaces existing files with
// these names.
func (r Report) WriteFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		var b bytes.Buffer
		if err := f.write(r, &b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}
