// Package redis keeps sessions in Redis or Valkey, a standalone server or a Cluster,
// with go-redis. It is for sessions alone, of users that are kept elsewhere:
// adapters/split joins it with a store for users.
//
//	users, err := postgres.Open[Person, struct{}](ctx, usersDSN)
//	…
//	sessions, err := redis.OpenSessions[Device](ctx, "redis://localhost:6379")
//	…
//	store, err := split.New(users, sessions)
//
// # What it cannot promise
//
// A server acknowledges a write before it is on a disk (unless it has appendonly yes
// and appendfsync always), and before replicas have it. When the server fails, or a
// replica takes its place, the last writes may be lost: a session that was deleted
// may be there again. Describe declares LosesWrites, whatever the settings are, since
// the adapter cannot know what will take a server's place.
//
// # What it keeps
//
// A session is a hash of texts. A user's list, and an index of all sessions by
// expiry, are sorted sets. Each call that writes is one script, so that a session and
// what points at it change together; nothing scans. Nothing expires on its own: a
// time to live would go by the server's clock rather than the caller's, and a session would
// be gone for its list and for sweeps at different moments. DeleteExpiredSessions
// deletes, as in every store, so let it run from time to time.
//
// A script is sent once, however often the client tries again. If its answer is lost
// the error is spec.ErrIndeterminate.
//
// A server whose maxmemory-policy lets it delete any key (allkeys-…) deletes sessions
// that are in use when its memory is full: Check refuses it.
//
// # Clusters
//
// A session is in a slot chosen by its id, and a user's list in one chosen by the
// user's. CreateSession writes the list first, and what deletes a session writes it
// last, and an entry in a list whose session is not there is passed over: no call
// shows the steps. What a program leaves that dies between them is forgotten
// after an hour. No attribute can be unique in a Cluster: no script reaches what is in
// another slot.
//
// A store that was made on a standalone server has its sessions in one slot, where an
// adapter in a Cluster does not look for them. Migrate notes where a store was made,
// and Check compares it.
package redis
