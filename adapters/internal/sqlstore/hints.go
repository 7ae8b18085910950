package sqlstore

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// explain returns what a message may tell: no value is in it, but what the code
// means where that helps, and what to do where one of our tables is missing.
// Another's, a trigger's say, Migrate would not make.
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

// hasWord reports whether a name is in a text, and is no part of a longer one.
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

// userIDOption says which option is for the ids of users in a column whose type
// does not fit, if there is one.
func (t *table) userIDOption(want Column, is CatalogColumn) string {
	ofUsers := want.Name == idColumn && t.owner == "" || want.Name == t.owner && t.owner != ""
	if !ofUsers || want.Attribute != "" {
		return ""
	}
	for _, o := range t.dialect.UserIDOptions {
		other := want.keeping(o.IDs)
		if other.Kind != want.Kind && t.dialect.Misfit(other, is) == "" {
			return " (if the ids of users are " + o.Of + ", pass " + o.Name + ")"
		}
	}
	return ""
}
