package main

import (
	"io"
	"os"

	"golang.org/x/term"
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

// color reports whether w shall have colours (see no-color.org).
func (t tool) color(w io.Writer) bool {
	return t.terminalWidth(w) > 0 && t.getenv("NO_COLOR") == ""
}
