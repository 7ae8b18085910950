// Package contract has the methods of an adapter as text, with their doc comments, which
// are generated from the source of package spec. The suite uses it to tell an author which
// method to write next, and the command tenon new adapter to write skeletons.
package contract

import "slices"

// Method is a method of an adapter.
type Method struct {
	Name    string
	Users   bool     // an adapter that keeps only sessions does not have it
	Clauses []string // of docs/spec.md, to read before writing it
	Text
}

// Text is the declaration of a method in package spec, as code outside of the package
// would write it.
type Text struct {
	Doc     string   // the doc comment, without slashes
	Params  string   // "ctx context.Context, user spec.UserRow"
	Results []string // the types: "int64", "error"
}

// Methods returns the methods of spec.Adapter, or, without users, of spec.SessionAdapter.
// They are in the order in which to write them: each can be tried with only the methods
// before it.
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
