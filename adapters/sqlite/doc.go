// Package sqlite keeps users and sessions in a SQLite database. Its driver is
// modernc.org/sqlite, which is written in Go: it needs no server and no cgo.
//
// [Open] opens a file. All its connections have the same settings, whatever the data
// source name says: a write is durable when it is acknowledged (WAL with
// synchronous=FULL), foreign keys are enforced, and calls wait for locks. If Open
// creates the file, only its owner can read it.
//
// [New] uses the application's own handle, of this driver or another one. All these
// settings are then up to the application. The adapter keeps the contract without
// them, except that New refuses a handle without a busy timeout.
//
// # Concurrency
//
// SQLite permits one writer at a time. The writes of one adapter run one after the
// other, and wait for those of other adapters and processes on the same file. A write
// that waits too long ends with spec.ErrConflict. The limit is half a minute with Open,
// and the handle's own busy timeout with New. If the context ends while a write waits,
// the call ends within a second with Open, and after the busy timeout with New.
//
// When a write has begun, SQLite no longer gets the context, because SQLite could then
// report a context error for a write that it has applied. If the context has ended
// before the commit, the adapter rolls the write back.
//
// # Tables
//
// Migrate creates what is missing: the tables, their indexes, and columns for new
// attributes. In existing rows a new column is null or, if it cannot be null, zero. A
// new unique attribute should therefore be a pointer. Migrate does not change what
// exists. If anything does not fit, it does nothing and returns the error of Check,
// which lists everything that does not fit. [DDL] returns the statements that create
// the tables. Times are integers: milliseconds since 1970 UTC.
//
// An existing table of users can have additional columns if they can be null or have a
// default. It can have triggers and constraints, except those that make results wrong,
// such as ON CONFLICT REPLACE. Check refuses these; docs/engines.md lists them. If a
// trigger prevents the write of a row, the error is spec.ErrFailed.
//
// # Ids of users
//
// By default the ids of users are text. Use [WithUserIDs] if they are integers or UUIDs.
// In Go an id is always a string, and each id has exactly one: an integer in decimal as
// strconv writes it, or a UUID of 36 characters with lower-case digits. Any other string
// is the id of no user. It is not sent to the database, which would treat " 042" as 42.
// Creating a user or a session with such a string is spec.ErrInvalid. The column user_id
// of sessions has the same type as the ids of users, even if the store keeps only
// sessions.
//
// UUIDs are stored as TEXT, because SQLite has no type for them and Go's packages for
// UUIDs pass them to database/sql as text. Reading a row whose id is not such a text,
// which only another program can have written, is spec.ErrFailed.
package sqlite
