// Generated from spec/adapter.go by go test ./internal/contract -update; do not edit.

package contract

var texts = map[string]Text{
	"CreateUser": {
		Doc:     "CreateUser inserts a user. A taken id is spec.ErrUserExists; an attribute that\nthe store refuses is a *spec.ConstraintError.",
		Params:  "ctx context.Context, user spec.UserRow",
		Results: []string{"error"},
	},
	"User": {
		Doc:     "User reads the user with this id, or returns spec.ErrUserNotFound.",
		Params:  "ctx context.Context, id string, into *spec.UserRow",
		Results: []string{"error"},
	},
	"UpdateUser": {
		Doc:     "UpdateUser applies a change, in one atomic step. If there is no such user,\nthe error is spec.ErrUserNotFound, also for a change of nothing.",
		Params:  "ctx context.Context, id string, change spec.Change",
		Results: []string{"error"},
	},
	"DeleteUser": {
		Doc:     "DeleteUser deletes a user and all the user's sessions, at once. An absent\nuser is no error.",
		Params:  "ctx context.Context, id string",
		Results: []string{"error"},
	},
	"SessionAndUser": {
		Doc:     "SessionAndUser reads both as of one instant. For an anonymous session it\nleaves user alone. If there is no such session, or its user is gone, the\nerror is spec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow",
		Results: []string{"error"},
	},
	"CreateSession": {
		Doc:     "CreateSession inserts a session; an empty UserID makes an anonymous one. A\ntaken id is spec.ErrSessionExists, a user who is not there spec.ErrUserNotFound, and\nan attribute that the store refuses a *spec.ConstraintError.",
		Params:  "ctx context.Context, session spec.SessionRow",
		Results: []string{"error"},
	},
	"Session": {
		Doc:     "Session reads the session with this id, expired or not, or returns\nspec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, into *spec.SessionRow",
		Results: []string{"error"},
	},
	"UserSessions": {
		Doc:     "UserSessions reads all sessions of a user, in any order. For each it calls\nnext and fills what that returns before it calls next again. An adapter\nthat may have to start over collects first.",
		Params:  "ctx context.Context, userID string, next func() *spec.SessionRow",
		Results: []string{"error"},
	},
	"UpdateSession": {
		Doc:     "UpdateSession applies a change of attributes, as UpdateUser does.",
		Params:  "ctx context.Context, id string, change spec.Change",
		Results: []string{"error"},
	},
	"SwapLease": {
		Doc:     "SwapLease replaces the session's lease by to if it is from, in one atomic\nstep. Another lease is spec.ErrStale, no such session spec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, from, to spec.Lease",
		Results: []string{"error"},
	},
	"DeleteSession": {
		Doc:     "DeleteSession deletes a session. An absent one is no error.",
		Params:  "ctx context.Context, id string",
		Results: []string{"error"},
	},
	"DeleteUserSessions": {
		Doc:     "DeleteUserSessions deletes a user's sessions but those whose ids are in\nkeep, which may be empty, and returns how many it deleted.",
		Params:  "ctx context.Context, userID string, keep []string",
		Results: []string{"int64", "error"},
	},
	"DeleteExpiredSessions": {
		Doc:     "DeleteExpiredSessions deletes sessions that have expired at sweep.Now, of\nsweep.UserID or, if that is empty, of everyone, and returns how many it\ndeleted. The number counts with an error too: see spec.Store.",
		Params:  "ctx context.Context, sweep spec.Sweep",
		Results: []string{"int64", "error"},
	},
}
