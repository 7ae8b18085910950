// Package mysql keeps users and sessions in MySQL or MariaDB, in InnoDB tables. Its
// driver is go-sql-driver/mysql. It is tested with MySQL 9.7, MariaDB 10.11 and 11.8, and
// a Galera cluster of three nodes. Its statements should work with MySQL 8.0.19 and
// MariaDB 10.6 and later.
//
// [Open] connects with a data source name. [New] uses the application's own handle. Both
// ask the server once what it supports. The adapter does not depend on the driver's
// parameters in the data source name, on the session's sql_mode, foreign_key_checks,
// unique_checks, completion_type or character sets, or on any time zone. Both refuse
// settings of the session that would make results wrong:
//
//   - autocommit off
//   - transaction_isolation READ-UNCOMMITTED
//   - a sql_select_limit
//   - PAD_CHAR_TO_FULL_LENGTH in the sql_mode
//   - a system_versioning_asof
//   - the character sets sjis and swe7
//   - in MariaDB, a character_set_connection of UTF-16, UTF-32 or UCS-2
//   - names that are not ASCII, if the character set is not UTF-8
//
// They check the session only once. Other users of the handle must not change these
// settings later.
//
// # Statements
//
// Every read and every write is one statement and one round trip. With [Open] each
// connection keeps the last 64 statements that it used prepared. The first use of a
// statement costs an additional round trip. With [New], with interpolateParams=true, and
// if the server prepares no more statements, values are written into the statement, with
// text and bytes in hexadecimal. The statements set the connection's LAST_INSERT_ID.
//
// A write runs on a dedicated connection, so it is never sent twice. If its answer is
// lost, or its context ends while it runs, the error is spec.ErrIndeterminate. With [Open]
// the adapter then also ends the statement on the server, where it would otherwise
// continue to wait for a row lock. A write that loses to a concurrent transaction (by a
// deadlock or, in a cluster, a certification failure) is tried several times before the
// error is spec.ErrConflict.
//
// # Tables
//
// Migrate creates what is missing: the database, the tables, their indexes and foreign
// key, and columns for new attributes. In existing rows a new column is null or, if it
// cannot be null, zero. A new unique attribute should therefore be a pointer. Migrate does
// not change what exists. If anything does not fit, it does nothing and returns the error
// of Check, which lists everything that does not fit. MySQL has no transactions for these
// statements. If one fails, the effects of those before it remain, and the next Migrate
// continues. [DDL] returns the statements that create the tables.
//
// Ids and unique attributes are VARBINARY, because the usual collations of MySQL treat
// some different texts as equal. Times are BIGINT: milliseconds since 1970 UTC.
//
// An existing table of users can have additional columns if they can be null or have a
// default. Its ids and unique attributes can also be VARCHAR with the collation
// utf8mb4_0900_bin (MySQL) or utf8mb4_nopad_bin (MariaDB).
//
// # Ids of users
//
// By default the ids of users are text. Use [WithUserIDs] if they are integers or UUIDs.
// In Go an id is always a string, and each id has exactly one: an integer in decimal as
// strconv writes it, or a UUID of 36 characters with lower-case digits. Any other string
// is the id of no user. It is not sent to the database, which would treat "042abc" as 42.
// Creating a user or a session with such a string is spec.ErrInvalid. So is creating a
// user with an integer that is too large for the column. If a column holds UUIDs as text
// with upper-case digits, reading such a user is spec.ErrFailed.
//
// Migrate gives the column user_id of sessions exactly the type of the users' column,
// which a foreign key requires. If users are kept elsewhere, it uses the type that the
// option names.
//
// CreateUser inserts the given id even if the column is AUTO_INCREMENT.
package mysql
