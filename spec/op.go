package spec

// Op names an operation in errors. It is the method's name in words.
type Op string

// The operations of the contract. An adapter names its further operations in the
// same way.
const (
	OpCreateUser               Op = "create user"
	OpUser                     Op = "user"
	OpUpdateUser               Op = "update user"
	OpDeleteUser               Op = "delete user"
	OpUserBy                   Op = "user by"
	OpCreateSession            Op = "create session"
	OpSession                  Op = "session"
	OpSessionAndUser           Op = "session and user"
	OpUserSessions             Op = "user sessions"
	OpUpdateSession            Op = "update session"
	OpSwapLease                Op = "swap lease"
	OpDeleteSession            Op = "delete session"
	OpDeleteUserSessions       Op = "delete user sessions"
	OpDeleteUserSessionsExcept Op = "delete user sessions except"
	OpDeleteExpiredSessions    Op = "delete expired sessions"
	OpMigrate                  Op = "migrate"
	OpCheck                    Op = "check"
	OpPing                     Op = "ping"
	OpDescribe                 Op = "describe"
	OpOpen                     Op = "open"
	OpClose                    Op = "close"
)
