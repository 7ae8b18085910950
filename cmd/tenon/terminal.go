package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/tenon-go/tenon/conformance/report"
)

// terminalWidth returns how many columns w has; 0 if it is no terminal, or one
// that cannot move its cursor.
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

// style is how w shows a report: in the width of the terminal, and with colours
// unless they are not wanted (see no-color.org).
func (t tool) style(w io.Writer) report.Style {
	width := t.terminalWidth(w)
	return report.Style{Width: width, Color: width > 0 && t.getenv("NO_COLOR") == ""}
}
