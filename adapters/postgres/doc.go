// Package postgres keeps users and sessions in PostgreSQL 15 or later.
//
// [Open] connects with pgx, through database/sql. [New] uses the application's own
// handle, of pgx's stdlib or of lib/pq. On a handle of pgx in its default execution mode,
// statements run directly on pgx's connection, which is faster. All execution modes of
// pgx work. PgBouncer in transaction mode works with those modes that it supports, because
// a call leaves nothing but prepared statements on its connection.
//
// An application with a pgxpool.Pool passes New a handle from stdlib.OpenDBFromPool: see
// the example. The pool determines the number and the lifetimes of the connections. The
// store returns a connection to the pool at the end of each call, and closes connections
// that must not be used again. Close the store first, then the handle, then the pool.
//
// # Writes
//
// A write is a single statement on a dedicated connection, so it is never sent twice. If
// its answer is lost, or its context ends while it runs, the error is
// spec.ErrIndeterminate. If the context ends before the statement is sent, or if the
// server reports that it cancelled the statement, the error is that of the context.
//
// # Tables
//
// Migrate creates what is missing: the schema, the tables, their indexes and foreign key,
// and columns for new attributes. In existing rows a new column is null or, if it cannot
// be null, zero. A new unique attribute should therefore be a pointer. Migrate does not
// change what exists. If anything does not fit, it does nothing and returns the error of
// Check, which lists everything that does not fit. While Migrate adds an index to a large
// table, it blocks writes to the table. To avoid that, run the statements of [DDL]
// yourself.
//
// An existing table of users can have additional columns if they can be null or have a
// default. It can have triggers and constraints, but nothing that makes results wrong,
// such as row level security for the role. Check refuses that; docs/engines.md has the
// list. Call Check with the application's role. If a trigger prevents the write of a row,
// the error is spec.ErrFailed.
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
// CreateUser inserts the given id even if the column is GENERATED ALWAYS AS IDENTITY, and
// does not advance the sequence. If the database should generate the ids, insert users
// with your own statement, or read the next id from the sequence first.
package postgres
