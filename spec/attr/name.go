package attr

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tag is a parsed db tag.
type tag struct {
	column   string // empty if the field's name gives the column
	skip     bool
	unique   bool
	maxBytes int
}

func parseTag(st reflect.StructTag) (tag, error) {
	text, _ := st.Lookup("db")
	if text == "-" {
		return tag{skip: true}, nil
	}
	column, rest, more := strings.Cut(text, ",")
	if column == "-" {
		return tag{}, errors.New(`db tag: "-" leaves a field out and takes no options`)
	}
	t := tag{column: column}
	for more {
		var option string
		option, rest, more = strings.Cut(rest, ",")
		name, value, valued := strings.Cut(option, "=")
		switch {
		case name == "unique" && !valued:
			t.unique = true
		case name == "max" && valued:
			n, err := strconv.ParseInt(value, 10, 32)
			if err != nil || n < 1 {
				return t, fmt.Errorf("db tag: max=%s is not a positive 32-bit number", value)
			}
			t.maxBytes = int(n)
		default:
			return t, fmt.Errorf("db tag: no option %q: there are unique and max=N", option)
		}
	}
	return t, nil
}

// snakeCase turns UserID into user_id and HTTPServer2 into http_server2.
func snakeCase(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' {
			wordEnds := !unicode.IsUpper(runes[i-1])
			wordBegins := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if wordEnds || wordBegins {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// maxColumnBytes is PostgreSQL's limit, the lowest of all engines. PostgreSQL
// truncates longer names silently. MySQL's limit is 64 characters.
const maxColumnBytes = 63

// systemColumns are the fields that every MongoDB document has, and the columns
// that every PostgreSQL table and every InnoDB table has.
var systemColumns = []string{
	"_id",
	"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid",
	"db_row_id", "db_trx_id", "db_roll_ptr",
}

// checkColumn returns an error for a name that some engine cannot hold.
func checkColumn(name string) error {
	switch {
	case name == "":
		return errors.New("empty")
	case len(name) > maxColumnBytes:
		return fmt.Errorf("over %d bytes, which PostgreSQL would cut", maxColumnBytes)
	case !utf8.ValidString(name):
		return errors.New("not UTF-8")
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0xFFFF }):
		return errors.New("a character above U+FFFF, which MySQL cannot hold")
	case strings.ContainsFunc(name, unicode.IsControl):
		return errors.New("a control character")
	case strings.Contains(name, "."):
		return errors.New("a dot, which MongoDB treats as a path")
	case strings.HasPrefix(name, "$"):
		return errors.New("a leading $, which MongoDB treats as an operator")
	case strings.TrimSpace(name) != name:
		return errors.New("a space at an end, which MySQL cannot hold")
	case slices.Contains(systemColumns, strings.ToLower(name)):
		return errors.New("a column that an engine has itself")
	}
	return nil
}
