package redis

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// clusterShards is the number of parts of a store in a Cluster. Each part is in one slot.
// It has the sessions whose ids hash to it, their index by expiry, and the lists of users
// whose ids hash to it. On a standalone server a store has one part, so a script reaches
// everything that belongs together. The number must not change: the keys of existing
// stores depend on it.
const clusterShards = 256

// keys returns the names of a store's keys.
type keys struct {
	prefix string
	shards uint32
}

// inCluster reports whether a session and its user's list can be in different slots.
func (k keys) inCluster() bool { return k.shards > 1 }

// shard returns the prefix of the keys in the part of an id. A Cluster chooses the slot by
// the text between the braces.
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

// The keys of a part. A session is a hash of texts by column. A null has no field.
// The index by expiry is a sorted set of the ids of all sessions of its part, with the
// expiry in milliseconds as the score. A user's list is a sorted set of entries, with
// the second at which they were added as the score.
const (
	sessionKey = "session:" // followed by the id
	expiryKey  = "expiry"
	listKey    = "user:"   // followed by the user's id
	uniqueKey  = "unique:" // followed by the column: a hash of ids by value
)

// listOf returns the key of a user's list.
func (k keys) listOf(userID string) string { return k.shard(userID) + listKey + userID }

// keyOf returns the key of a session.
func (k keys) keyOf(id string) string { return k.shard(id) + sessionKey + id }

// entryField is the field with the second half of the session's entry in its user's
// list. No column's name has a dot.
const entryField = ".entry"

// makeEntry returns a session's entry in a user's list: its id, and a value that no other
// session with this id has had. So the entry of a deleted session never becomes that of a
// later session with the same id.
func makeEntry(id, unlike string) string { return id + "\x00" + unlike }

// idOf returns the id of an entry's session.
func idOf(entry string) string {
	id, _, _ := strings.Cut(entry, "\x00")
	return id
}

// uniqueColumns adds the columns of unique attributes to a script's arguments.
func (a *Adapter) uniqueColumns(args []any) []any {
	for _, place := range a.unique {
		args = append(args, a.attributes[place].Column)
	}
	return args
}

// uniqueIndexes appends the keys of a part's indexes of unique attributes to keys.
func (a *Adapter) uniqueIndexes(part string, keys ...string) []string {
	for _, place := range a.unique {
		keys = append(keys, part+uniqueKey+a.attributes[place].Column)
	}
	return keys
}
