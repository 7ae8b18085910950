// Package postgres keeps users and sessions in PostgreSQL 15 or later.
//
// [Open] connects with pgx, through database/sql. [New] takes a handle that
// the application has, of pgx's stdlib or of lib/pq. Where the handle is pgx's,
// and in its default mode, statements run on pgx's own connection, which costs
// less. Each of pgx's execution modes will do, and so will PgBouncer in
// transaction mode with those modes that can work there: no call leaves anything
// behind on its connection but prepared statements.
//
// An application that has a pool of pgx's gives New a handle on it, from
// stdlib.OpenDBFromPool: see the example. The pool has the connections, their number
// and their lifetimes; the store gives each back when a call has ended, and closes
// those that must not be used again. The handle is closed after the store, and the
// pool after the handle.
//
// # Writes
//
// A write is one statement on a connection of its own, so it is never sent
// twice. If its answer is lost, or its context ends while it runs, the error is
// spec.ErrIndeterminate; if the context ends before it is sent, or the server
// says that it cancelled it, it is the context's error.
//
// # Tables
//
// Migrate creates what is missing: the schema, the tables, their indexes and
// foreign key, and the columns of attributes that a type gained, which are null
// in existing rows, or zero if they cannot be null. (So a new
// attribute that is unique should be a pointer.) It changes nothing that is
// there: where something does not fit, it does nothing at all and returns the
// error of Check, which names everything that does not fit. An index that it
// adds to a large table holds up writes to it; [DDL] returns the tables as text
// for those who would rather do that by themselves.
//
// An existing table of users may have more columns than there are
// attributes, if they can be null or have a default. It may have triggers and
// constraints of its own, but for what makes answers wrong: Check refuses that,
// row level security for its role for one (docs/engines.md has the list). Call
// it as the role that the application has. A row that a trigger keeps from
// being written is spec.ErrFailed.
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
// CreateUser takes the id that it is given, also where the column is GENERATED
// ALWAYS AS IDENTITY, and does not move the sequence on: an application whose
// database counts the ids up inserts its users without ids, or takes the id from
// the sequence first.
package postgres
