// Package postgres keeps users and sessions in PostgreSQL 15 or later.
//
// [Open] connects with pgx, through database/sql. [New] takes a handle that
// the application has, of pgx's stdlib or of lib/pq. Each of pgx's execution
// modes will do, and so will PgBouncer in transaction mode with those modes
// that can work there: no call leaves anything behind on its connection.
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
// [Adapter.Migrate] creates the tables, [DDL] returns them as text. A table
// that is there may have more columns than there are attributes, if they can be
// null or have a default.
package postgres
