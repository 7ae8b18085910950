// Package contract has the methods of an adapter as text: for the suite, which tells
// an author which method to write next, and for the command that writes their
// skeletons. What package spec says of them is generated from its source.
package contract

import "slices"

// Method is a method that an adapter has.
type Method struct {
	Name    string
	Users   bool     // it is no method of an adapter for sessions alone
	Clauses []string // of docs/spec.md: what to read before writing it
	Text
}

// Text is how package spec declares a method, as written outside of the package.
type Text struct {
	Doc     string   // the doc comment, without its slashes
	Params  string   // "ctx context.Context, user spec.UserRow"
	Results []string // the types: "int64", "error"
}

// Methods returns the methods of spec.Adapter, or of spec.SessionAdapter, in the order
// in which one writes them: each can be tried with the ones before it.
func Methods(users bool) []Method {
	var list []Method
	for _, m := range order {
		if users || !m.Users {
			m.Clauses = slices.Clone(m.Clauses)
			m.Text = texts[m.Name]
			list = append(list, m)
		}
	}
	return list
}

var order = []Method{
	{Name: "CreateUser", Users: true, Clauses: []string{"USR-01", "USR-02"}},
	{Name: "User", Users: true, Clauses: []string{"USR-01", "USR-03"}},
	{Name: "CreateSession", Clauses: []string{"SES-01", "SES-02", "SES-03"}},
	{Name: "Session", Clauses: []string{"SES-01", "SES-04"}},
	{Name: "SessionAndUser", Users: true, Clauses: []string{"SES-09", "SES-12"}},
	{Name: "UserSessions", Clauses: []string{"SES-10"}},
	{Name: "UpdateUser", Users: true, Clauses: []string{"USR-04", "USR-05", "USR-08"}},
	{Name: "UpdateSession", Clauses: []string{"SES-05", "SES-06", "SES-07"}},
	{Name: "SwapLease", Clauses: []string{"LEA-01", "LEA-02", "LEA-03", "LEA-06"}},
	{Name: "DeleteSession", Clauses: []string{"SES-08"}},
	{Name: "DeleteUserSessions", Clauses: []string{"SES-11"}},
	{Name: "DeleteUser", Users: true, Clauses: []string{"USR-06", "USR-07", "REF-01"}},
	{Name: "DeleteExpiredSessions", Clauses: []string{"SWP-01", "SWP-02", "SWP-04", "SWP-05"}},
}
