package sqlstore

import (
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// TooLarge is the code, of our own, of a statement over Literals.MaxStatement.
const TooLarge = "too large for max_allowed_packet"

// written returns a statement with its parameters, or where the dialect has
// literals, with the values in their places and no parameters.
func (d *Dialect) written(query string, args []any) (string, []any, error) {
	if d.Literals == nil || len(args) == 0 {
		return query, args, nil
	}
	query = d.inline(query, args)
	if most := d.Literals.MaxStatement; most > 0 && len(query) > most {
		return "", nil, &violation{fault: fault.TooLong, report: Report{Code: TooLarge}}
	}
	return query, nil, nil
}

// inline puts values in the places of the question marks, but not of those in
// quoted names.
func (d *Dialect) inline(query string, args []any) string {
	var b strings.Builder
	quoted := false
	quote := d.Quote("")[0]
	for rest := query; ; {
		i := strings.IndexAny(rest, string(quote)+"?")
		if i < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:i])
		switch {
		case rest[i] == quote:
			quoted = !quoted // and twice for one that is doubled
			b.WriteByte(quote)
		case quoted:
			b.WriteByte('?')
		default:
			b.WriteString(d.Literals.Write(args[0]))
			args = args[1:]
		}
		rest = rest[i+1:]
	}
}
