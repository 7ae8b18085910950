package redis

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// clusterShards is how many parts a store has in a Cluster. Each is in one slot, with
// the sessions whose ids it is chosen by and their index by expiry, and with the
// lists of the users whose ids it is chosen by. A store elsewhere has one part, so
// that one script reaches all that belongs together. Stores that exist have their
// sessions where this number puts them.
const clusterShards = 256

// keys names what a store keeps.
type keys struct {
	prefix string
	shards uint32
}

// inCluster reports whether a session and its user's list may be in different slots.
func (k keys) inCluster() bool { return k.shards > 1 }

// shard is what the names of the keys begin with that an id is chosen for. A Cluster
// chooses the slot by what is between the braces.
func (k keys) shard(id string) string {
	if !k.inCluster() {
		return k.part(0)
	}
	h := fnv.New32a()
	h.Write([]byte(id)) // cannot fail
	return k.part(h.Sum32() % k.shards)
}

func (k keys) part(n uint32) string {
	return k.prefix + ":{" + strconv.FormatUint(uint64(n), 10) + "}:"
}

// The keys of a part. A session is a hash of texts by column; a null has no field.
// The index by expiry is a sorted set of the ids of all sessions of its part, by
// milliseconds. A user's list is a sorted set of entries by when they were made.
const (
	sessionKey = "session:" // and the id
	expiryKey  = "expiry"
	listKey    = "user:"   // and the user's id
	uniqueKey  = "unique:" // and the column: a hash of ids by value
)

// listOf is the key of a user's list.
func (k keys) listOf(userID string) string { return k.shard(userID) + listKey + userID }

// keyOf is the key of a session.
func (k keys) keyOf(id string) string { return k.shard(id) + sessionKey + id }

// entryField has the second half of the session's entry in its user's list. No
// column has a dot.
const entryField = ".entry"

// makeEntry is what a user's list has of a session: its id and what no other session of
// this id ever had. So the entry of a session that is gone is never one of a session
// that took its id.
func makeEntry(id, unlike string) string { return id + "\x00" + unlike }

// idOf is the id of the session that an entry is of.
func idOf(entry string) string {
	id, _, _ := strings.Cut(entry, "\x00")
	return id
}
