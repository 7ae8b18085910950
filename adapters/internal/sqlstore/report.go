package sqlstore

import "strings"

// Report is the content of a driver's error.
type Report struct {
	Code       string
	Group      string // the code's group
	Table      string // empty if the error does not name it
	Constraint string // the name of a constraint, or table.column
	Column     string

	// Text is a text that contains the name of a constraint, a column or a table, and
	// also values. It is never shown.
	Text string

	Hint    string // an explanation of the code, without values
	NoTable bool   // a table, whose name is in Text, is missing
	Refers  bool   // the violated constraint is a foreign key of the table Table
}

// detail returns the detail for a message. It contains no value.
func (r Report) detail() string {
	where := r.Constraint
	if where == "" {
		where = r.Column
	}
	return strings.TrimSpace(r.Code + " " + where)
}
