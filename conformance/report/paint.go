package report

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Style says how a report for people is laid out.
type Style struct {
	Color bool // w shows ANSI colours
	Width int  // columns that the tables and lists fit into; 0: 80
}

const (
	usual     = 80 // columns, where none are known: a report in a file looks the same wherever it is read
	narrowest = 40 // columns
)

// painter lays out text in a style.
type painter struct {
	color bool
	width int
}

func newPainter(s Style) painter {
	return painter{color: s.Color, width: max(cmp.Or(s.Width, usual), narrowest)}
}

func (p painter) paint(c color, text string) string {
	if !p.color || c == plain {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", c, text)
}

// Printable writes out control characters other than the ends of lines and
// tabs, those that turn the direction of writing, and bytes that are no text.
// Failures quote what drivers and servers said, and that must not be able to
// command a terminal.
func Printable(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, commanding) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && s[i] != 0xef: // a byte that is no text
			fmt.Fprintf(&b, "\\x%02x", s[i])
		case commanding(r):
			fmt.Fprintf(&b, "\\x%02x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// commanding reports whether a terminal may obey a character instead of showing
// it.
func commanding(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\n' && r != '\t'
}
