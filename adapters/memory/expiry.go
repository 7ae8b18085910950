package memory

import (
	"container/heap"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// queue is a set of sessions that knows which of them expires first: a heap.
// Each session keeps its place in it, so that one can be taken out, or moved
// when its lease changed, without a search. It is guarded by the store's mu.
type queue struct {
	items  []*session
	before func(a, b *session) bool
	place  func(*session) *int // where a session keeps its place in this queue
}

func newQueue(place func(*session) *int) queue {
	return queue{before: expiresBefore, place: place}
}

func expiresBefore(a, b *session) bool {
	return a.row.Load().ExpiresAt.Before(b.row.Load().ExpiresAt)
}

// firstExpired returns the session that expires first if it has expired at now, else
// nil.
func (q *queue) firstExpired(now time.Time) *session {
	if len(q.items) == 0 || q.items[0].row.Load().State(now) != spec.Expired {
		return nil
	}
	return q.items[0]
}

func (q *queue) add(s *session)    { heap.Push(q, s) }
func (q *queue) remove(s *session) { heap.Remove(q, *q.place(s)) }

// move puts s into its new place after its lease changed.
func (q *queue) move(s *session) { heap.Fix(q, *q.place(s)) }

// The methods of heap.Interface.

func (q *queue) Len() int           { return len(q.items) }
func (q *queue) Less(i, j int) bool { return q.before(q.items[i], q.items[j]) }

func (q *queue) Swap(i, j int) {
	q.items[i], q.items[j] = q.items[j], q.items[i]
	*q.place(q.items[i]), *q.place(q.items[j]) = i, j
}

func (q *queue) Push(x any) {
	s := x.(*session)
	*q.place(s) = len(q.items)
	q.items = append(q.items, s)
}

func (q *queue) Pop() any {
	last := len(q.items) - 1
	s := q.items[last]
	q.items[last] = nil // for the garbage collector
	q.items = q.items[:last]
	return s
}
