package skeleton

import (
	"maps"
	"slices"
)

// kind is what differs between kinds of adapters.
type kind struct {
	Summary string            // the kind of database, in a few words
	Users   bool              // the adapter keeps users too
	First   string            // what to write before the methods, as a command
	Hints   map[string]string // for the bodies of methods, in lines
}

// Kinds returns the names of the kinds, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Summary describes, in a few words, the database that a kind is for.
func Summary(kind string) string { return kinds[kind].Summary }

// First returns what to write before the methods, or "" if there is nothing.
func First(kind string) string { return kinds[kind].First }

var kinds = map[string]kind{
	"kv": {
		Summary: "a key-value database with transactions",
		Users:   true,
		First:   "connect your database in tx.go",
		Hints: map[string]string{
			"CreateUser": "In one a.update: if t.has the id, return ErrUserExists. Otherwise call t.putUser\nwith before nil.",
			"User":       "In one a.view: call t.user, then fillUser.",
			"CreateSession": "In one a.update: check t.has for the session, then, unless UserID is empty, for the\n" +
				"user. Then call t.putSession with stored(spec.SessionWith(session, json.RawMessage(nil))).",
			"Session":               "In one a.view: call t.session, then fillSession.",
			"SessionAndUser":        "In one a.view: read the session, and its user unless UserID is empty. If the user\nis missing, return ErrSessionNotFound.",
			"UserSessions":          "In one a.view: call t.sessionsOf, and read each session as Session does. If your\ntransactions can start over, collect the sessions before you call next.",
			"UpdateUser":            "In one a.update: call t.user, change.Apply on its attributes, and t.putUser.",
			"UpdateSession":         "As UpdateUser, with t.session and t.putSession. The lease stays as it is.",
			"SwapLease":             "In one a.update: call t.session, compare its Lease with Equal, and call t.putLease.",
			"DeleteSession":         "In one a.update: call t.removeSession.",
			"DeleteUserSessions":    "In one a.update: call t.removeSession for t.sessionsOf the user, except those in keep.\nSet the count to 0 at the start: the function can run again.",
			"DeleteUser":            "In one a.update: remove the user's sessions, then call t.removeUser.",
			"DeleteExpiredSessions": "In one a.update: call t.removeSession for t.expired. Set the count to 0 at the start:\nthe function can run again.",
		},
	},
	"sql": {
		Summary: "an SQL database with a driver for database/sql",
		Users:   true,
		First:   "name your driver in the test, and fill in dialect.go and codeOf in classify.go",
		Hints: map[string]string{
			"CreateUser": "In one a.write: a.users.insert() with parameters(spec.UserColumns(), &user,\n" +
				"user.Attributes). A taken id is ErrUserExists, a taken value a *spec.ConstraintError. If\n" +
				"both are taken, return ErrUserExists. Some databases then report only the value: look\nfor the id in the same transaction.",
			"User":           "In one a.read: a.users.read with the id, into destinations(spec.UserColumns(), into,\ninto.Attributes). sql.ErrNoRows is ErrUserNotFound.",
			"CreateSession":  "As CreateUser. A violated foreign key is ErrUserNotFound, unless the id is taken too:\nthen return ErrSessionExists.",
			"Session":        "As User, with a.sessions.",
			"SessionAndUser": "Use one statement, so that both are read as of one instant: sessions AS s LEFT JOIN\nusers AS u, with a.sessions.list(\"s.\") and a.users.list(\"u.\"), into both destinations.",
			"UserSessions":   "a.sessions.read with the user_id, each row into destinations of next(). Check rows.Err.",
			"UpdateUser":     "a.users.update with parameter of each value, then the id. Without places, only check\nthat the row exists. If your database counts only rows that changed, a count of 0 does\nnot mean that the row is missing.",
			"UpdateSession":  "As UpdateUser, with a.sessions. The lease stays as it is.",
			"SwapLease":      "UPDATE … SET the lease WHERE the id and all three parts of the lease match. If no row\nchanged, check in the same transaction whether the session exists, and whether its lease\nis \"to\" already.",
			"DeleteSession":  "DELETE … WHERE id.",
			"DeleteUserSessions": "DELETE … WHERE user_id AND id NOT IN (…): split keep if it is long, or pass it as one\n" +
				"parameter. RowsAffected is the count. NOT IN is never true for a list that contains\na null.",
			"DeleteUser":            "DELETE … WHERE id. The foreign key deletes the sessions too.",
			"DeleteExpiredSessions": "DELETE at most sweep.Limit rows WHERE expires_at <= now. The database must check that\ncondition again when it deletes: a session may have been renewed since it was selected.",
		},
	},
	"server": {
		Summary: "a server with its own protocol",
		Users:   true,
		First:   "replace the type client with your driver's client, and fill in classify.go",
		Hints: map[string]string{
			"CreateUser":            "In one a.write: send one command that inserts only if the id, and each unique value,\nis free: a transaction, a condition or a script. Derive the error's class from the\nserver's answer.",
			"User":                  "In one a.read. A missing user is ErrUserNotFound. An outage never is.",
			"CreateSession":         "As CreateUser. If the id is taken and the user is missing, report the taken id. A\nsession must not be created while its user is being deleted.",
			"Session":               "As User.",
			"SessionAndUser":        "Use one command or transaction, so that both are read as of one instant.",
			"UserSessions":          "In one a.read. If the read can start over, collect the sessions before you call next.",
			"UpdateUser":            "In one a.write: set these places and no others, and create nothing.",
			"UpdateSession":         "As UpdateUser. The lease stays as it is.",
			"SwapLease":             "In one a.write, in one step on the server: compare all three parts, and set them.",
			"DeleteSession":         "In one a.write.",
			"DeleteUserSessions":    "In one a.write. If it fails after it has deleted some sessions, return\nErrIndeterminate.",
			"DeleteUser":            "In one a.write: delete the user and the sessions in one step, or declare\nspec.Weaknesses in a method Describe.",
			"DeleteExpiredSessions": "In one a.write. The step that deletes checks ExpiresAt again. If it fails between two\nsteps, return the count so far with the error.",
		},
	},
	"sessions": {
		Summary: "only sessions, for users that are kept elsewhere",
		Hints: map[string]string{
			"CreateSession":         "In one step: insert only if the id, and each unique value, is free. Accept any UserID.",
			"UserSessions":          "attr.EncodeRow and attr.DecodeRow help if a row is one value in your database.",
			"UpdateSession":         "In one step: set these places and no others, and create nothing.",
			"SwapLease":             "In one step: compare all three parts (Lease.Equal), and set them.",
			"DeleteExpiredSessions": "The step that deletes checks ExpiresAt again: a session may have been renewed since it\nwas selected.",
		},
	},
}
