package sqlite

import (
	"slices"
	"strings"
)

// SQLite stores the statements that created tables and triggers. Some of their contents
// can be read in no other way.

// words splits a statement into its words, in upper case, and its punctuation. It omits
// comments, and replaces each quoted name or text with the word "?".
func words(statement string) (list []string) {
	letter := func(r rune) bool {
		return r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f
	}
	past := func(s, end string) string {
		_, rest, _ := strings.Cut(s, end)
		return rest
	}
	for s := statement; s != ""; {
		switch c := s[0]; {
		case strings.HasPrefix(s, "--"):
			s = past(s, "\n")
		case strings.HasPrefix(s, "/*"):
			s = past(s[2:], "*/")
		case c == '\'' || c == '"' || c == '`': // a doubled quote begins another one
			s, list = past(s[1:], string(c)), append(list, "?")
		case c == '[':
			s, list = past(s, "]"), append(list, "?")
		case strings.ContainsRune(" \t\r\n\f", rune(c)):
			s = s[1:]
		default:
			end := len(s) - len(strings.TrimLeftFunc(s, letter))
			end = max(end, 1)
			list, s = append(list, strings.ToUpper(s[:end])), s[end:]
		}
	}
	return list
}

// conflictClause returns the conflict clause in the statement that created a table, if a row
// that is not unique is then not an error: "ON CONFLICT REPLACE" deletes the other row, "ON
// CONFLICT IGNORE" inserts no row.
func conflictClause(table string) string {
	list := words(table)
	for i := range list {
		clause := list[i:min(i+3, len(list))]
		ofNull := i >= 2 && list[i-2] == "NOT" && list[i-1] == "NULL"
		for _, action := range []string{"REPLACE", "IGNORE"} {
			if slices.Equal(clause, []string{"ON", "CONFLICT", action}) && !ofNull {
				return strings.Join(clause, " ")
			}
		}
	}
	return ""
}

// mayKeepRows reports whether a trigger, by the statement that created it, can prevent rows from
// being deleted.
func mayKeepRows(trigger string) bool {
	list := words(trigger)
	event := slices.IndexFunc(list, func(w string) bool { return w == "DELETE" || w == "INSERT" || w == "UPDATE" })
	if event < 0 || list[event] != "DELETE" {
		return false
	}
	for i := range list {
		if slices.Equal(list[i:min(i+3, len(list))], []string{"RAISE", "(", "IGNORE"}) {
			return true
		}
	}
	return false
}
