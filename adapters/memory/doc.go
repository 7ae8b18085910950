// Package memory keeps users and sessions in the memory of the process. It is the
// reference implementation of the contract in package spec. Use it for tests, and for
// programs of a single process that can lose their sessions when it ends. Read it
// before you write an adapter.
//
// [New] returns a store for users and sessions, [NewSessions] a store for sessions
// only. Two stores share nothing. When a store is closed or no longer used, its data
// is gone; it declares the weakness Volatile of [spec.Weaknesses]. There is nothing
// to migrate.
//
// # Performance
//
// A session is stored as one string of packed values, with its lease next to it. 299 B
// of ids, times, credential and attributes take about 440 B. A read shares this string
// and copies no text. Memory that a caller was given never changes.
//
// Sessions are divided into 64 shards, each with its own lock. Reads, renewals and
// updates of attributes that are not unique take only the lock of one shard. Creating
// and deleting rows and updating unique attributes also take a lock on the whole store,
// so they wait for each other. The comment of type store explains why every call is
// still atomic.
//
// The time of a sweep depends on the number of expired sessions and of sessions that
// were renewed since the last sweep, not on the number of all sessions. A sweep lets
// other writers run after every 64 sessions. The map of a shard does not shrink while
// the shard has a session.
package memory
