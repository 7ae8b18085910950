package sqlstore

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// explain returns the detail for a message. It contains no value. It explains the code if
// that helps, and says what to do if one of the adapter's tables is missing. For other
// tables, such as those of a trigger, it says nothing, because Migrate does not create them.
func (s *store) explain(r Report) string {
	if r.Hint != "" {
		return r.detail() + ": " + r.Hint
	}
	if !r.NoTable {
		return r.detail()
	}
	for _, t := range s.tables {
		if hasWord(r.Text, t.name.Table) {
			return r.detail() + ": no such table " + s.dialect.Quote(t.name.Table) + ": call Migrate"
		}
	}
	return r.detail()
}

// hasWord reports whether a text contains a name that is not part of a longer one.
func hasWord(text, name string) bool {
	inName := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if !inName(last) && !inName(next) {
			return true
		}
		text = after
	}
}

// userIDOption returns a message that names the option for the ids of users in a column
// whose type does not fit, or "".
func (t *table) userIDOption(want Column, is CatalogColumn) string {
	ofUsers := want.Name == idColumn && t.owner == "" || want.Name == t.owner && t.owner != ""
	if !ofUsers || want.Attribute != "" {
		return ""
	}
	for _, o := range t.dialect.UserIDOptions {
		other := want.keeping(o.IDs)
		if other.Kind != want.Kind && t.dialect.TypeMismatch(other, is) == "" {
			return " (if the ids of users are " + o.Of + ", pass " + o.Name + ")"
		}
	}
	return ""
}
