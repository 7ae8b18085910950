package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/tenon-go/tenon/conformance/report"
)

// terminalWidth returns the number of w's columns. It is 0 if w is not a terminal, or
// cannot move its cursor.
func (t tool) terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || t.getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// style returns how w shows a report: in the width of the terminal, and in colour
// unless NO_COLOR is set (see no-color.org).
func (t tool) style(w io.Writer) report.Style {
	width := t.terminalWidth(w)
	return report.Style{Width: width, Color: width > 0 && t.getenv("NO_COLOR") == ""}
}
