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
	query, fits := d.Literals.Inline(query, args)
	if !fits {
		return "", nil, &violation{fault: fault.TooLong, report: Report{Code: TooLarge}}
	}
	return query, nil, nil
}

// Inline puts values in the places of the question marks, but not of those in
// quoted names. It returns false if the server does not take so long a statement.
func (l *Literals) Inline(query string, values []any) (statement string, fits bool) {
	var b strings.Builder
	quoted := false
	for rest := query; ; {
		i := strings.IndexAny(rest, string(l.Quote)+"?")
		if i < 0 {
			b.WriteString(rest)
			return b.String(), l.MaxStatement <= 0 || b.Len() <= l.MaxStatement
		}
		b.WriteString(rest[:i])
		switch {
		case rest[i] == l.Quote:
			quoted = !quoted // and twice for one that is doubled
			b.WriteByte(l.Quote)
		case quoted:
			b.WriteByte('?')
		default:
			b.WriteString(l.Write(values[0]))
			values = values[1:]
		}
		rest = rest[i+1:]
	}
}
