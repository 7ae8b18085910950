// Package mysql keeps users and sessions in MySQL or MariaDB, in InnoDB tables,
// with go-sql-driver/mysql. It is judged on MySQL 9.7, MariaDB 10.11 and 11.8,
// and a Galera cluster of three; the statements should work from MySQL 8.0.19
// and MariaDB 10.6 on.
//
// [Open] connects with a data source name, [New] takes a handle that the
// application has. What differs between the servers is asked once, when the
// adapter is made. Nothing depends on the driver's parameters in the data source
// name, on the session's sql_mode, foreign_key_checks, unique_checks,
// completion_type or character sets, or on anybody's time zone. What would make
// answers wrong is refused when the adapter is made, as its session has it then:
// autocommit off, transaction_isolation READ-UNCOMMITTED, a sql_select_limit,
// PAD_CHAR_TO_FULL_LENGTH in the sql_mode, a system_versioning_asof, the
// character sets sjis and swe7, on MariaDB a character_set_connection of UTF-16,
// UTF-32 or UCS-2, and names that are not ASCII where the character
// set is not UTF-8. A session that is changed later, by others who
// use the handle, has to keep to that.
//
// # Statements
//
// Every read and every write is one statement and one round trip. With [Open] each
// connection keeps the 64 statements that it used last prepared; the first use of
// one costs a round trip more. With [New], with interpolateParams=true, and where
// the server prepares no more, values are written into the statement, text and
// bytes in hexadecimal. A write is on a connection of its own, so it is never sent
// twice. If its answer is lost, or its context ends while it runs, the error is
// spec.ErrIndeterminate.
// With [Open] the adapter also ends that statement on the server, which would
// otherwise wait on for a row lock. What loses to a concurrent transaction
// (a deadlock, on a cluster a certification failure) is tried again, several
// times, before that is spec.ErrConflict. The statements set the connection's
// LAST_INSERT_ID.
//
// # Tables
//
// Migrate creates what is missing: the database, the tables, their indexes and
// foreign key, and the columns of attributes that a type gained, which are null
// in existing rows, or zero if they cannot be null. (So a new
// attribute that is unique should be a pointer.) It changes nothing that is
// there: where something does not fit, it does nothing at all and returns the
// error of Check, which names everything that does not fit. MySQL has no
// transactions around such statements: if one of them fails, those before it
// stay, and the next Migrate goes on. [DDL] returns the tables as text.
//
// Ids and unique attributes are VARBINARY, since MySQL's usual collations take
// different text for equal. Times are BIGINT: milliseconds since 1970 in UTC.
// An existing table of users may have more columns than there are
// attributes, if they can be null or have a default; its ids and its columns
// for unique attributes may also be VARCHAR with the collation utf8mb4_0900_bin
// (MySQL) or utf8mb4_nopad_bin (MariaDB).
//
// # Ids of users
//
// The ids of users are text, unless [WithUserIDs] says what they are. In Go they
// stay strings, of which each id has one: an integer in decimal as strconv
// writes it, or a UUID of 36 characters with lower-case digits. Any other string
// is an id that no user has: it does not reach the database, which would take
// "042abc" for 42. To create a user or a session with one is spec.ErrInvalid.
// Migrate gives the column user_id of sessions the very type that the users'
// column has, as a foreign key needs it; where users are kept elsewhere, the
// one that the option names. To create a user with an integer that the column is
// too narrow for is spec.ErrInvalid too. Where a column has UUIDs as text with
// upper-case digits, to read one of these users is spec.ErrFailed.
//
// CreateUser takes the id that it is given, also where the column is
// AUTO_INCREMENT.
package mysql
