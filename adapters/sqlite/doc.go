// Package sqlite keeps users and sessions in a SQLite database, with
// modernc.org/sqlite, which is Go all through: no server, no cgo.
//
// [Open] opens a file. On every connection it makes, writes are durable when
// they are acknowledged (WAL with synchronous=FULL), foreign keys are enforced
// and locks are waited for, whatever the data source name says. A file that it creates can
// be read by its owner alone. [New] takes a handle that the application has, of
// this driver or another; then all these settings are the application's, and
// what the contract needs holds without them, but for one: a handle without
// a busy timeout is refused.
//
// # Concurrency
//
// SQLite has one writer at a time. The writes of one adapter take turns; those
// of other adapters and processes on the same file are waited for. A write
// that waited too long is spec.ErrConflict: with New, after the handle's own
// busy timeout, with Open, after half a minute. A context that ends while
// a write waits ends the call, at the next second with Open and after the busy
// timeout with New. Once a write has begun, its context does not reach SQLite,
// which would report a context error and have applied the write. A context that
// has ended before the commit undoes it.
//
// # Tables
//
// Migrate creates what is missing: the tables, their indexes, and the columns
// of attributes that a type gained, which are null in existing rows,
// or zero if they cannot be null. (So a new attribute that is unique should be
// a pointer.) It changes nothing that exists: where something does not fit,
// it does nothing at all and returns the error of Check, which names
// everything that does not fit. [DDL] returns the tables as text. Times are
// integers: milliseconds since 1970 in UTC.
//
// An existing table of users may have more columns than there are
// attributes, if they can be null or have a default. It may have triggers and
// constraints of its own, but for those that make answers wrong: Check refuses
// them, ON CONFLICT REPLACE for one (docs/engines.md has the list). A row that
// a trigger keeps from being written is spec.ErrFailed.
//
// # Ids of users
//
// The ids of users are text, unless [WithUserIDs] says what they are. In Go they
// stay strings, of which
// each id has one: an integer in decimal as strconv writes it, or a UUID of 36
// characters with lower-case digits. Any other string is an id that no user has:
// it does not reach the database, which would take " 042" for 42. To create
// a user or a session with one is spec.ErrInvalid. The column user_id of
// sessions has the type of the users' column, for sessions alone too.
//
// UUIDs are kept as TEXT, because SQLite has no type for them, and that is how
// Go's packages for UUIDs hand them to database/sql. A row whose id is no such
// text, which only others can have written, is spec.ErrFailed when it is read.
package sqlite
