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
		Doc:     "UpdateUser applies a change in one atomic step. If there is no such user,\nthe error is spec.ErrUserNotFound, even if the change is empty.",
		Params:  "ctx context.Context, id string, change spec.Change",
		Results: []string{"error"},
	},
	"DeleteUser": {
		Doc:     "DeleteUser deletes a user and all the user's sessions in one atomic step.\nDeleting an absent user succeeds.",
		Params:  "ctx context.Context, id string",
		Results: []string{"error"},
	},
	"SessionAndUser": {
		Doc:     "SessionAndUser reads a session and its user as of one instant. For an\nanonymous session it does not set user. If there is no such session, or its\nuser does not exist, the error is spec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow",
		Results: []string{"error"},
	},
	"CreateSession": {
		Doc:     "CreateSession inserts a session. An empty UserID makes it anonymous. A taken\nid is spec.ErrSessionExists, a user that does not exist spec.ErrUserNotFound, and an\nattribute that the store refuses a *spec.ConstraintError.",
		Params:  "ctx context.Context, session spec.SessionRow",
		Results: []string{"error"},
	},
	"Session": {
		Doc:     "Session reads the session with this id, expired or not, or returns\nspec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, into *spec.SessionRow",
		Results: []string{"error"},
	},
	"UserSessions": {
		Doc:     "UserSessions reads all sessions of a user, in any order. For each session it\ncalls next, and fills the returned row before it calls next again. An adapter\nthat may have to repeat the read must collect the rows before it calls next.",
		Params:  "ctx context.Context, userID string, next func() *spec.SessionRow",
		Results: []string{"error"},
	},
	"UpdateSession": {
		Doc:     "UpdateSession applies a change of attributes, as UpdateUser does.",
		Params:  "ctx context.Context, id string, change spec.Change",
		Results: []string{"error"},
	},
	"SwapLease": {
		Doc:     "SwapLease replaces the session's lease with to if the lease equals from, in\none atomic step. If it does not, the error is spec.ErrStale; if there is no such\nsession, spec.ErrSessionNotFound.",
		Params:  "ctx context.Context, id string, from, to spec.Lease",
		Results: []string{"error"},
	},
	"DeleteSession": {
		Doc:     "DeleteSession deletes a session. Deleting an absent session succeeds.",
		Params:  "ctx context.Context, id string",
		Results: []string{"error"},
	},
	"DeleteUserSessions": {
		Doc:     "DeleteUserSessions deletes a user's sessions except those whose ids are in\nkeep, which can be empty. It returns how many it deleted.",
		Params:  "ctx context.Context, userID string, keep []string",
		Results: []string{"int64", "error"},
	},
	"DeleteExpiredSessions": {
		Doc:     "DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at\nsweep.Now: those of sweep.UserID or, if that is empty, of all users and\nanonymous ones. It returns how many it deleted, even with an error: see spec.Store.",
		Params:  "ctx context.Context, sweep spec.Sweep",
		Results: []string{"int64", "error"},
	},
}
