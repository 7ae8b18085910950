package sqlstore

import "strings"

// Report is what a driver's error says.
type Report struct {
	Code       string
	Group      string // the code's group
	Table      string // empty: the error does not say
	Constraint string // the name of a constraint, or table.column
	Column     string

	// Text is where the name of a constraint, a column or a table has to be
	// looked for, among values. It is never shown.
	Text string

	Hint    string // what the code means, for those who do not know it; no value is in it
	NoTable bool   // a table, whose name is in Text, is missing
	Refers  bool   // a foreign key names a row that is not there, or not to be there: its table is Table
}

// detail is what a message may tell: no value is in it.
func (r Report) detail() string {
	where := r.Constraint
	if where == "" {
		where = r.Column
	}
	return strings.TrimSpace(r.Code + " " + where)
}
