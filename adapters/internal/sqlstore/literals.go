package sqlstore

import (
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// TooLarge is our own code for a statement over Literals.MaxStatement.
const TooLarge = "too large for max_allowed_packet"

// written returns a statement and its parameters. If the dialect has literals, it writes the
// values into the statement and returns no parameters.
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

// Inline replaces question marks, except those in quoted names, with values. It returns
// false if the statement is too long for the server.
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
			quoted = !quoted // a doubled quote changes it twice
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
