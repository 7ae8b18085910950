// Package mongo keeps users and sessions in MongoDB 5.0 or later: a replica set
// or, with less promised, a standalone server.
//
// [Open] connects a client of its own. [New] takes a database of a client that
// the application has. Both return a store, [spec.Store], on an [Adapter]. Write
// and read concern, read preference, BSON options and registry are the adapter's
// own, whatever the URI or the client say: writes are acknowledged by a
// majority, and reads are the primary's, of what a majority has. A read never
// misses what the same adapter has written or read before, nor after an
// election; what another process wrote just before one it may miss for a moment.
// What kind of deployment it is, the adapter asks once, when it is made. Users
// and sessions are in one database.
//
// # Writes
//
// A write to one document is one command. On a replica set the driver sends it
// again if its answer is lost, and the server does it once; with
// retryWrites=false, on a standalone server, and for those that delete several
// sessions, a lost answer is spec.ErrIndeterminate. So is an answer, or the end
// of a context, after which the driver may have sent the write a second time and
// does not tell what became of the first.
//
// CreateSession for a user and DeleteUser are transactions. Creating a session
// adds one to the field "_sessions" of the user: only a change keeps other
// processes from deleting the user at the same time. Within one process
// transactions on a user follow one another. One that collides with another
// process's is tried up to 20 times, and is then spec.ErrConflict. What they
// refuse, they refuse when a majority has what the refusal rests on.
//
// No call outlives its context by more than a second. A transaction whose caller
// has given up is ended at once, or, if the server does not answer, before the
// adapter's next write. Only a program that dies within a transaction keeps
// other processes from writing to that user, until the server ends it, after a
// minute.
//
// # Standalone servers
//
// They have no transactions, and Describe says so (Weaknesses.Stepwise).
// DeleteUser deletes the user, and then the sessions; if it fails in between it
// is spec.ErrIndeterminate, and calling it again deletes what is left.
// CreateSession inserts a session that is hidden by its field "_hidden", looks
// for the user, and reveals the session. If the program ends in between, or the
// server does not answer any more, the session stays hidden and holds its id
// until it is swept, or deleted by its id.
//
// # Direct connections
//
// With directConnection=true the driver reads from the one server that the URI
// names, whether it is the primary or not. For a standalone server and a replica
// set of one this is harmless; on a member of a set of several, Open and New
// return spec.ErrInvalid.
//
// # Collections
//
// Attributes are fields of the documents, named as columns are in SQL; JSON is
// kept as text, since embedded documents change numbers and keys. Migrate
// creates the collections with a validator, a unique index for each attribute
// that is unique, of those values that are not null, and indexes on the user and
// the end of sessions. It changes no existing object: where something does not
// fit, it does nothing at all and returns the error of Check, which names
// everything that does not fit: a view, a capped or a time series collection, a
// collation, ids of users of another type, indexes that are in the way or delete
// documents, and a validator that refuses the fields that the adapter writes,
// their types or lengths. Conditions on what attributes hold, and unique indexes
// on attributes, are accepted: what they refuse is a spec.ConstraintError.
// Before MongoDB 5.1 Check looks only at the schemas of a validator.
//
// An existing collection of users may have more fields than there are
// attributes, which CreateUser does not write. An attribute whose field is
// missing is zero, or nil: so a type can gain attributes.
//
// # Ids of users
//
// The ids of users are strings, unless [WithUserIDs] says what they are. In Go
// they stay strings, of which each id has one: 24 lower-case hexadecimal digits,
// or an integer of 64 bits in decimal as strconv writes it. Any other string is
// the id of no user. To create a user or a session with one is spec.ErrInvalid.
// The field user_id of sessions has the type of the users' ids, for sessions
// alone too: of another type no session would ever find its user, without any
// error, and Check looks for that.
package mongo
