package skeleton

import (
	"maps"
	"slices"
)

// kind is what differs from one kind of adapter to the next.
type kind struct {
	Summary string
	Users   bool
	First   string            // what to write before the methods
	Hints   map[string]string // of methods, in lines
}

// Kinds returns the names of the kinds, with what each is.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Summary says what a kind is for.
func Summary(kind string) string { return kinds[kind].Summary }

// First says what to write before the methods, if there is anything.
func First(kind string) string { return kinds[kind].First }

var kinds = map[string]kind{
	"kv": {
		Summary: "a key-value database with transactions",
		Users:   true,
		First:   "connect your database in tx.go",
		Hints: map[string]string{
			"CreateUser": "In one a.update: a row that t.has is ErrUserExists; otherwise t.putUser,\nwith nil for what was before.",
			"User":       "In one a.view: t.user, and fillUser.",
			"CreateSession": "In one a.update: first t.has of the session, then, unless UserID is empty, t.has\n" +
				"of the user; then t.putSession of stored(spec.SessionWith(session, json.RawMessage(nil))).",
			"Session":               "In one a.view: t.session, and fillSession.",
			"SessionAndUser":        "In one a.view: the session, and its user unless UserID is empty. If the user is\nnot there, the error is ErrSessionNotFound.",
			"UserSessions":          "In one a.view: t.sessionsOf, and each as in Session. A transaction that starts over\nhas called next already: then collect first.",
			"UpdateUser":            "In one a.update: t.user, and t.putUser of change.Apply of what was there.",
			"UpdateSession":         "As UpdateUser, with t.session and t.putSession. The lease stays.",
			"SwapLease":             "In one a.update: t.session, whose Lease is compared with Equal, and t.putSession\nwith the same attributes before and after.",
			"DeleteSession":         "In one a.update: t.removeSession.",
			"DeleteUserSessions":    "In one a.update: t.sessionsOf but keep. Count from 0 each time that it runs.",
			"DeleteUser":            "In one a.update: the user's sessions, and t.removeUser.",
			"DeleteExpiredSessions": "In one a.update: of all t.ids(key(sessions, \"\")), those whose State(sweep.Now) is\nspec.Expired, of sweep.UserID unless sweep.Everyone, and at most sweep.Limit.",
		},
	},
	"sql": {
		Summary: "an SQL database with a driver for database/sql",
		Users:   true,
		First:   "name your driver in the test, and fill in dialect.go and codeOf in classify.go",
		Hints: map[string]string{
			"CreateUser": "In one a.write: a.users.insert() with parameters(spec.UserColumns(), &user,\n" +
				"user.Attributes). A taken id is ErrUserExists, and a taken value a *spec.ConstraintError.\n" +
				"If both are taken it is the id that counts: some databases report the other, and\nneed a look for the id in the same transaction.",
			"User":           "In one a.read: a.users.read with the id, into destinations(spec.UserColumns(), into,\ninto.Attributes). sql.ErrNoRows is ErrUserNotFound.",
			"CreateSession":  "As CreateUser. The foreign key that is violated is ErrUserNotFound, but a taken id\ncomes first.",
			"Session":        "As User, with a.sessions.",
			"SessionAndUser": "One statement, so that both are read as of one instant: sessions AS s LEFT JOIN users\nAS u, with a.sessions.list(\"s.\") and a.users.list(\"u.\"), into both destinations.",
			"UserSessions":   "a.sessions.read with the user_id, each row into destinations of next(). Look at rows.Err.",
			"UpdateUser":     "a.users.update with parameter of each value and the id. Without places, only look for\nthe row. If your database counts changed rows, 0 does not mean that the row is missing.",
			"UpdateSession":  "As UpdateUser, with a.sessions. The lease stays.",
			"SwapLease":      "UPDATE … SET the lease WHERE id and the lease, all three parts. If no row was changed,\nlook in the same transaction whether the session is there, or holds \"to\" already.",
			"DeleteSession":  "DELETE … WHERE id.",
			"DeleteUserSessions": "DELETE … WHERE user_id AND id NOT IN (…): split a long list of keep, or pass\n" +
				"it as one parameter. RowsAffected is the count. NOT IN is\nnever true of a list with a null.",
			"DeleteUser":            "DELETE … WHERE id. The foreign key takes the sessions along.",
			"DeleteExpiredSessions": "DELETE at most sweep.Limit rows WHERE expires_at <= now, in a condition that the\ndatabase looks at again when it deletes: a session may have been renewed.",
		},
	},
	"server": {
		Summary: "a server with a protocol of its own",
		Users:   true,
		First:   "put your driver's client in place of the type client, and fill in classify.go",
		Hints: map[string]string{
			"CreateUser":            "In one a.write, one command that inserts only if the id, and each unique value, is\nfree: a transaction, a condition or a script. What it answers is an error's class.",
			"User":                  "In one a.read. What is not there is ErrUserNotFound, an outage never.",
			"CreateSession":         "As CreateUser. A taken id comes before a user who is not there. It must not slip in\nwhile the user is deleted.",
			"Session":               "As User.",
			"SessionAndUser":        "One command or transaction, so that both are read as of one instant.",
			"UserSessions":          "In one a.read. If it may start over, collect before you call next.",
			"UpdateUser":            "In one a.write: it sets these places and no others, and creates nothing.",
			"UpdateSession":         "As UpdateUser. The lease stays.",
			"SwapLease":             "In one a.write, on the server in one step: compare all three parts, and set them.",
			"DeleteSession":         "In one a.write.",
			"DeleteUserSessions":    "In one a.write. Cut short after it has deleted some, it is ErrIndeterminate.",
			"DeleteUser":            "In one a.write: the user and the sessions in one step, or declare spec.Weaknesses\nin a method Describe.",
			"DeleteExpiredSessions": "In one a.write. What deletes looks at ExpiresAt again. Cut short between two steps it\nreturns the count so far, with the error.",
		},
	},
	"sessions": {
		Summary: "sessions alone, for users that are kept elsewhere",
		Hints: map[string]string{
			"CreateSession":         "Insert only if the id, and each unique value, is free, in one step. Any UserID will do.",
			"UserSessions":          "attr.EncodeRow and attr.DecodeRow help where a row is one value.",
			"UpdateSession":         "In one step: set these places and no others, and create nothing.",
			"SwapLease":             "In one step: compare all three parts (Lease.Equal), and set them.",
			"DeleteExpiredSessions": "What deletes looks at ExpiresAt again: a session may have been renewed since.",
		},
	},
}
