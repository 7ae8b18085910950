// Package redis keeps sessions in Redis or Valkey, on a standalone server or in a
// Cluster, with go-redis. It keeps only sessions. Package adapters/split joins it with a
// store for users:
//
//	users, err := postgres.Open[Person, struct{}](ctx, usersDSN)
//	…
//	sessions, err := redis.OpenSessions[Device](ctx, "redis://localhost:6379")
//	…
//	store, err := split.New(users, sessions)
//
// # Acknowledged writes can be lost
//
// A server acknowledges a write before the write is on a disk (unless it has appendonly
// yes and appendfsync always), and before replicas have it. When the server fails, or a
// replica takes its place, the last writes can be lost. Then a deleted session can exist
// again. Describe declares LosesWrites whatever the settings are, since the adapter
// cannot know which server will take the place of another.
//
// # Data
//
// A session is a hash of strings. A user's list, and an index of all sessions by
// expiry, are sorted sets. Each call that writes is one script, so a session and the keys
// that refer to it change together. No call scans keys, except [OpenSweeper]. Keys do not
// expire by a time to live: that would go by the server's clock rather than the caller's,
// and a session would vanish for its list and for sweeps at different moments. As in
// every store, DeleteExpiredSessions deletes expired sessions. Run it from time to time.
//
// A script is sent once, however often the client is set to retry. If its answer is lost,
// the error is spec.ErrIndeterminate.
//
// A call returns at most half a second after its context has ended. If the server does not
// answer, the connection stays in use until the client's ReadTimeout.
//
// Check refuses a server whose maxmemory-policy lets it delete any key (allkeys-…): it
// would delete sessions that are in use when its memory is full. No store is opened on a
// replica, or on a client with a cache, since their reads can miss acknowledged writes.
//
// # Clusters
//
// A session's slot is chosen by its id, and the slot of a user's list by the user's id.
// CreateSession writes the list first. A method that deletes a session writes the list
// last. Reads skip an entry whose session does not exist, so no call shows the
// intermediate states. If a program dies between the steps, the entry that it leaves is
// removed after an hour. In a Cluster no attribute can be unique, since a script cannot
// reach keys in another slot.
//
// A store that was created on a standalone server has its sessions in one slot. An
// adapter in a Cluster would not find them there. Migrate records the layout of a store,
// and Check compares it.
package redis
