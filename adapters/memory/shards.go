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
type shards[T any] struct {
	seed  maphash.Seed
	parts [shardCount]shard[T]
}

// shardCount is a power of two. A shardSet has one bit for each shard.
const shardCount = 64

type shard[T any] struct {
	sync.RWMutex
	rows map[string]*T
	_    [32]byte // padding, so that no two shards share a cache line
}

func newShards[T any]() *shards[T] { return &shards[T]{seed: maphash.MakeSeed()} }

// number returns the number of the shard of an id.
func (m *shards[T]) number(id string) uint8 {
	return uint8(maphash.String(m.seed, id) % shardCount)
}

func (m *shards[T]) shardFor(id string) *shard[T] { return &m.parts[m.number(id)] }

// get returns the value of an id, or nil if it has no value.
func (m *shards[T]) get(id string) *T {
	part := m.shardFor(id)
	part.RLock()
	defer part.RUnlock()
	return part.rows[id]
}

func (m *shards[T]) put(id string, t *T) {
	part := m.shardFor(id)
	part.Lock()
	defer part.Unlock()
	part.put(id, t)
}

func (m *shards[T]) drop(id string) {
	part := m.shardFor(id)
	part.Lock()
	defer part.Unlock()
	part.drop(id)
}

func (p *shard[T]) put(id string, t *T) {
	if p.rows == nil {
		p.rows = make(map[string]*T)
	}
	p.rows[id] = t
}

// drop removes an id. With the last id it also drops the map, because a map never
// shrinks.
func (p *shard[T]) drop(id string) {
	delete(p.rows, id)
	if len(p.rows) == 0 {
		p.rows = nil
	}
}

// shardSet is a set of numbers of shards.
type shardSet uint64

func (s *shardSet) add(number uint8) { *s |= 1 << number }

// rlock locks all shards of a set for reading.
func (m *shards[T]) rlock(set shardSet) {
	for ; set != 0; set &= set - 1 {
		m.parts[bits.TrailingZeros64(uint64(set))].RLock()
	}
}

func (m *shards[T]) runlock(set shardSet) {
	for ; set != 0; set &= set - 1 {
		m.parts[bits.TrailingZeros64(uint64(set))].RUnlock()
	}
}
