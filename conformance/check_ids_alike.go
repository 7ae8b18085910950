package conformance

import (
	"fmt"
	"strings"
)

// alike are texts that some store treats as equal. Neighbors in the list differ in one
// respect. All are valid ids, and at most 30 code points long so that they also fit the
// suite's unique attributes.
var alike = append([]string{
	// Case, ASCII's and others'.
	"anna", "Anna", "ANNA", "änna", "Änna", "σίγμα", "σίγμας", "ΣΊΓΜΑ",
	"straße", "strasse", "STRASSE", "straẞe",
	"i", "I", "ı", "İ", "i\u0307", // the Turkish letters
	"K", "k", "\u212a", // the last is the Kelvin sign, which folds to k
	"ſ", "s", "S",

	// Spaces and invisible characters.
	"anna ", "anna  ", " anna", "anna\t", "anna\n", "anna\r\n", "\nanna",
	"an na", "an\u00a0na", "an\u3000na", "anna\u200b", "an\u00adna", "\ufeffanna", "anna\u202e",
	" ", "  ", "\t", "\n",

	// Accents and Unicode form. The second is the first, decomposed.
	"é", "e\u0301", "e", "\u00c5", "A\u030a", "\u212b", "\ufb01", "fi", "x²", "x2",
	"ａｎｎａ", "４２", "аnna", // full-width, and a Cyrillic а

	// Prefixes of one another.
	"a", "aa", "aaa", "ab", "ab\U0010ffff", "abb",

	// Characters with a meaning in patterns, …
	"%", "_", "*", "?", ".", "a%", "a_", "a*", "a?", "[a]", "[^a]", "a|b", "^a$", ".*", "(a", "a{1}", "+",
	// … in SQL, …
	"'", "''", "\"", "\"\"", "`", "\\", "\\\\", "\\'", ";", "--", "#", "/*", "a' OR '1'='1", "'; DELETE FROM users; --",
	"$1", ":name", "?1", "@p1", "%s", "%d%n", "%27", "&#39;", "\\u0061", "\\x61", "E'a'",
	// … in other stores, languages, paths and terminals.
	"$", "$ne", "{\"$gt\":\"\"}", "a.b", "a/b", "a:b", "/", "..", "../anna", "C:\\anna", "{{.}}", "${x}", "\x01", "\x1b[31m", "\x1f", "\x7f",

	// Numbers, and texts that a store could read as the same number.
	"42", "042", "42abc", " 42", "+42", "42.0", "4.2e1", "0x2A", "0", "-0", "00", "1e400", "NaN", "9223372036854775808",
	// Words.
	"NULL", "null", "nil", "true", "TRUE", "t", "false", "undefined", "default", "{}", "[]", "id",

	// The far end of Unicode.
	"😀", "😁", "\ufffd", "\ufffe", "\uffff", "\U00010000", "\U0010fffe", "\U0010ffff", "👩\u200d👧",
}, errorTexts...)

// errorTexts are texts that engines write into their errors and for which adapters may
// search. Users can type them too. Each is a valid id and at most 30 code points long.
var errorTexts = []string{
	"for key 'uq.PRIMARY'", "for key 'PRIMARY'", "for key \"users_pkey\"", "users_pkey", "users_email_key", "sessions_user_id_fkey",
	"for key 'users.Handle'", "for key `PRIMARY`", "users_Handle_key", "users.Handle", "index: Handle_1 dup key", "(Handle)", "”", "«a»",
	"UNIQUE constraint failed", "users.id", "sessions.device_id", "Key (id)=(x) already exists.", "FOREIGN KEY constraint failed", "E11000 dup key: _id_",
}

// shortenID returns an id for the text of a failure: quoted, and only the beginning of a long
// one.
func shortenID(id string) string {
	const most = 48
	if len(id) <= most {
		return fmt.Sprintf("%q", id)
	}
	return fmt.Sprintf("%q… (%d bytes)", id[:most], len(id))
}

// invalidIDs are ids that no store can hold, with the reason.
var invalidIDs = []struct{ id, what string }{
	{"", "an empty id"},
	{strings.Repeat("x", 256), "an id of 256 bytes"},
	{strings.Repeat("é", 128), "an id of 128 characters in 256 bytes"},
	{strings.Repeat("😀", 64), "an id of 64 characters in 256 bytes"},
	{strings.Repeat("x", 1<<20), "an id of a mebibyte"},
	{"\x00", "an id that is a NUL"},
	{"ann\x00", "an id that ends in a NUL"},
	{"ann\x00x", "an id with a NUL"},
	{"\x00ann", "an id that begins with a NUL"},
	{"ann\xff", "an id with a byte that is not UTF-8"},
	{"ann\xc3", "an id that ends within a character"},
	{"\xed\xa0\x80", "an id with a surrogate"},
	{"\xc1\xa1nn", "an id with an overlong character"},
	{"\xf4\x90\x80\x80", "an id with a character past U+10FFFF"},
}

// likeInvalid are ids that result if an invalid id is cut or repaired.
var likeInvalid = []string{
	strings.Repeat("x", 255), strings.Repeat("é", 127), strings.Repeat("😀", 63),
	"x", "ann\ufffd", "\ufffd", "\ufffd\ufffd\ufffd", "\ufffdnn", "ann\u00ff",
}
