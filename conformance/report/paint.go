package report

import (
	"fmt"
	"strings"
	"unicode"
)

// color is the number of an ANSI "select graphic rendition" sequence.
type color int

const (
	plain  color = 0
	bold   color = 1
	faint  color = 2
	red    color = 31
	green  color = 32
	yellow color = 33
)

// painter colours text, if it is true.
type painter bool

func (p painter) paint(c color, text string) string {
	if !p || c == plain {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", c, text)
}

// printable writes out control characters. Failures quote what drivers and
// servers said, and that must not be able to move the cursor of a terminal.
func printable(s string) string {
	if !strings.ContainsFunc(s, control) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if control(r) {
			fmt.Fprintf(&b, "\\x%02x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func control(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
