// Package mongo keeps users and sessions in MongoDB 5.0 or later. The deployment is a
// replica set or, with fewer promises, a standalone server.
//
// [Open] connects with a new client. [New] uses a database of the application's own
// client. Both ask the server once what kind of deployment it is. Users and sessions are
// in one database.
//
// The adapter sets its own write and read concern, read preference, BSON options and
// registry, and so overrides the URI and the client. Writes are acknowledged by a
// majority. Reads are from the primary, and return data that a majority has. A read never
// misses what the same adapter has written or read before, even after an election. For a
// moment it can miss what another process wrote just before an election.
//
// # Writes
//
// A write to one document is one command. On a replica set the driver sends the command
// again if its answer is lost, and the server executes it only once. A lost answer is
// spec.ErrIndeterminate with retryWrites=false, on a standalone server, and for commands
// that delete several sessions. The error is also spec.ErrIndeterminate if the driver may
// have sent a write twice and does not report the outcome of the first one.
//
// CreateSession for a user and DeleteUser are transactions. Creating a session increments
// the field "_sessions" of the user, because only a change of the user prevents other
// processes from deleting the user at the same time. Within one process the transactions
// on a user run one after the other. A transaction that conflicts with one of another
// process is tried up to 20 times before the error is spec.ErrConflict. A transaction
// fails with, for example, spec.ErrUserNotFound only if a majority has the data that it is
// based on.
//
// A call returns at most a second after its context has ended. The adapter then ends the
// call's transaction at once or, if the server does not answer, before its next write. If
// a program dies within a transaction, other processes cannot write to that user until
// the server ends the transaction, after a minute.
//
// # Standalone servers
//
// A standalone server has no transactions, so the adapter declares the weakness Stepwise
// of [spec.Weaknesses]. DeleteUser deletes the user and then the sessions. If it fails
// between the two, the error is spec.ErrIndeterminate, and calling it again deletes the
// remaining sessions. CreateSession inserts a session that its field "_hidden" hides, reads
// the user, and reveals the session. If the program ends between these steps, or the
// server no longer answers, the session stays hidden, and its id stays taken until the
// session is swept or deleted by its id.
//
// # Direct connections
//
// With directConnection=true the driver reads from the one server that the URI names, even
// if it is not the primary. For a standalone server and a replica set with one member this
// is harmless. For a member of a larger replica set, Open and New return spec.ErrInvalid.
//
// # Collections
//
// Attributes are fields of the documents, with the names that columns have in SQL. JSON is
// stored as text, because embedded documents change numbers and keys. Migrate creates the
// collections with a validator, indexes on the user and the expiry of sessions, and a
// unique index for each unique attribute, which ignores null values.
//
// Migrate does not change an existing object. If anything does not fit, it does nothing
// and returns the error of Check, which lists everything that does not fit: a view, a
// capped or a time series collection, a collation, ids of users of another type, indexes
// that conflict or that delete documents, and a validator that refuses the fields that the
// adapter writes, their types or their lengths. Check accepts conditions on the values of
// attributes, and unique indexes on attributes. If they refuse a write, the error is a
// [*spec.ConstraintError]. Before MongoDB 5.1 Check examines only the schemas of a
// validator.
//
// An existing collection of users can have additional fields, which CreateUser does not
// write. An attribute whose field is missing is zero or nil, so new attributes can be
// added to a type.
//
// # Ids of users
//
// By default the ids of users are strings. Use [WithUserIDs] if they are ObjectIDs or
// integers. In Go an id is always a string, and each id has exactly one: 24 lower-case
// hexadecimal digits, or a 64-bit integer in decimal as strconv writes it. Any other string
// is the id of no user. Creating a user or a session with such a string is
// spec.ErrInvalid. The field user_id of sessions has the same type as the ids of users,
// even if the store keeps only sessions. With another type no session would find its user,
// and no error would show that, so Check examines the type.
package mongo
