package memory

import (
	"hash/maphash"
	"math/bits"
	"sync"
)

// shards is a map with ids as keys, divided into parts that each have their own lock.
// Calls on different processors then seldom wait for each other or contend for the
// cache line of one lock. Ids that are not valid are never in the map, so a search for
// one finds nothing.
type shards[V any] struct {
	seed  maphash.Seed
	parts [shardCount]shard[V]
}

// shardCount is a power of two. A shardSet has one bit for each shard.
const shardCount = 64

type shard[V any] struct {
	sync.RWMutex
	rows map[string]V
	_    [32]byte // padding, so that no two shards share a cache line
}

func newShards[V any]() *shards[V] { return &shards[V]{seed: maphash.MakeSeed()} }

// number returns the number of the shard of an id.
func (m *shards[V]) number(id string) uint8 {
	return uint8(maphash.String(m.seed, id) % shardCount)
}

func (m *shards[V]) shardFor(id string) *shard[V] { return &m.parts[m.number(id)] }

// get returns the value of an id, or the zero V if it has no value.
func (m *shards[V]) get(id string) V {
	part := m.shardFor(id)
	part.RLock()
	defer part.RUnlock()
	return part.rows[id]
}

func (m *shards[V]) put(id string, v V) {
	part := m.shardFor(id)
	part.Lock()
	defer part.Unlock()
	part.put(id, v)
}

func (m *shards[V]) drop(id string) {
	part := m.shardFor(id)
	part.Lock()
	defer part.Unlock()
	part.drop(id)
}

func (p *shard[V]) put(id string, v V) {
	if p.rows == nil {
		p.rows = make(map[string]V)
	}
	p.rows[id] = v
}

// drop removes an id. With the last id it also drops the map, because a map never
// shrinks.
func (p *shard[V]) drop(id string) {
	delete(p.rows, id)
	if len(p.rows) == 0 {
		p.rows = nil
	}
}

// shardSet is a set of numbers of shards.
type shardSet uint64

func (s *shardSet) add(number uint8) { *s |= 1 << number }

// shardsOf returns a set with the shards of the sessions. If there are many sessions, it
// returns all shards instead of looking at every session.
func shardsOf(sessions []*session) shardSet {
	if len(sessions) > shardCount {
		return 1<<shardCount - 1
	}
	var set shardSet
	for _, s := range sessions {
		set.add(s.shard())
	}
	return set
}

// each calls do for the shards of a set, in ascending order.
func (m *shards[V]) each(set shardSet, do func(*shard[V])) {
	for ; set != 0; set &= set - 1 {
		do(&m.parts[bits.TrailingZeros64(uint64(set))])
	}
}
