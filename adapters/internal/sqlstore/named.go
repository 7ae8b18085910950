package sqlstore

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// findNamed returns the column that a violation's text names, or that of the constraint that
// it names. It records the name for the message.
func (c *call) findNamed(ctx context.Context, v *violation, a assignment) (string, error) {
	text, t := v.report.Text, a.table
	for _, column := range t.columns {
		name := column.Name
		if v.fault == fault.NotUnique {
			if !column.Unique || column.Attribute == "" {
				continue
			}
			name = t.keyName(column)
		}
		if t.namedLast(text, name) {
			v.report.Constraint = name
			return column.Name, nil
		}
	}
	if v.fault != fault.NotUnique {
		return "", nil
	}
	found, err := c.catalog(ctx, t)
	if err != nil {
		return "", err
	}
	for _, index := range found.Indexes {
		if t.namedLast(text, index.Name) {
			v.report.Constraint = index.Name
			if len(index.Columns) == 1 {
				return index.Columns[0], nil
			}
		}
	}
	return "", nil
}

// namedLast reports whether the last quoted name in a text is this one, with or without the
// table's name before it. The text before it can contain values, which can contain anything.
func (t *table) namedLast(text, name string) bool {
	end := strings.LastIndexAny(text, "'`")
	if end < 0 {
		return false
	}
	quote := text[end : end+1]
	return strings.HasSuffix(text[:end], quote+name) ||
		strings.HasSuffix(text[:end], quote+t.name.Table+"."+name)
}
