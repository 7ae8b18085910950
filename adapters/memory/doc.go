// Package memory keeps users and sessions in the process's memory: the
// reference implementation of package spec's contract, for tests, for
// programs of one process that may lose their sessions when it ends, and to
// read before writing an adapter.
//
// [New] makes an adapter for users and sessions, [NewSessions] one for
// sessions alone. Nothing is shared between two adapters. What an adapter
// holds is gone when it is closed or no longer used, which it declares as
// spec.Weaknesses' Volatile. There is nothing to migrate.
//
// A session is one string of packed values, and its lease beside it. 299 B of
// ids, times, credential and attributes take about 440 B. Reading shares that
// string and copies no text; no memory that was given to a caller changes later.
//
// Sessions are in 64 shards, each with a lock of its own, which is all that reads,
// renewals and updates of attributes that are not unique take. Creating, deleting
// and unique attributes take one more, and wait for one another; see the comment of
// type store for why each call is nevertheless of one instant.
//
// Sweeping takes time by the number of expired sessions and of those that were
// renewed since the last sweep, not of all live ones. It lets other writers in after
// every 128 sessions. The tables of ids keep their largest size while a shard has a
// session.
package memory
