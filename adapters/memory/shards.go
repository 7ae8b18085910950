package memory

import (
	"hash/maphash"
	"math/bits"
	"sync"
)

// shards is a map from ids in parts, each with a lock of its own, so that calls
// on different processors seldom wait for one another, nor pass one lock's cache
// line around. Ids that are not valid are never in it, so looking for one finds
// nothing, as it should.
type shards[T any] struct {
	seed  maphash.Seed
	parts [shardCount]shard[T]
}

// shardCount is a power of two. A set of shards fits a shardSet.
const shardCount = 64

type shard[T any] struct {
	sync.RWMutex
	rows map[string]*T
	_    [32]byte // so that no two share a cache line
}

func newShards[T any]() *shards[T] { return &shards[T]{seed: maphash.MakeSeed()} }

// number returns which shard an id belongs to.
func (m *shards[T]) number(id string) uint8 {
	return uint8(maphash.String(m.seed, id) % shardCount)
}

func (m *shards[T]) of(id string) *shard[T] { return &m.parts[m.number(id)] }

// get returns nil if there is no such id.
func (m *shards[T]) get(id string) *T {
	part := m.of(id)
	part.RLock()
	defer part.RUnlock()
	return part.rows[id]
}

func (m *shards[T]) put(id string, t *T) {
	part := m.of(id)
	part.Lock()
	defer part.Unlock()
	part.put(id, t)
}

func (m *shards[T]) drop(id string) {
	part := m.of(id)
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

// drop also gives the map up with its last id: a map never shrinks.
func (p *shard[T]) drop(id string) {
	delete(p.rows, id)
	if len(p.rows) == 0 {
		p.rows = nil
	}
}

// shardSet is a set of shards, by their numbers.
type shardSet uint64

func (s *shardSet) add(number uint8) { *s |= 1 << number }

// rlock locks the shards of a set for reading, all at once.
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
