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

// Style is the layout of a text report.
type Style struct {
	Color bool // use ANSI colors
	Width int  // width of the tables and lists in columns; 0 means 80
}

const (
	usual     = 80 // columns if the width is not known, such as for a report in a file
	narrowest = 40 // columns
)

// painter formats text in a style.
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

// Printable returns s with escapes in place of characters that could control a
// terminal: control characters other than line feeds and tabs, characters that change
// the direction of writing, and bytes that are not UTF-8. Failures quote text of
// drivers and servers, which must not control the reader's terminal.
func Printable(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, commanding) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && s[i] != 0xef: // a byte that is not UTF-8
			fmt.Fprintf(&b, "\\x%02x", s[i])
		case commanding(r):
			fmt.Fprintf(&b, "\\x%02x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// commanding reports whether a character can control a terminal.
func commanding(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\n' && r != '\t'
}
