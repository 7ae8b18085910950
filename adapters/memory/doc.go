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
// Reading one session, one user or both takes no lock and never waits; see
// the comment of type store for how that can be right. Writers wait for one
// another. Sweeping takes time by the number of expired sessions, not of live
// ones; as it makes other writers wait, sweep with a limit.
package memory
