package memory

import "container/heap"

// queue is a heap of sessions, ordered by expiry. Each session stores its index in the
// heap, so it can be removed or moved without a search. The store's mu guards the heap.
//
// The heap is ordered by session.queued, which is the expiry of the session or an
// earlier time. A renewal, the most frequent write, does not change the heap. When a
// sweep finds the session at the top of the heap (see store.sweep), it updates queued
// once, however often the session was renewed. No session expires before its queued,
// so the first session whose queued is correct expires first.
type queue struct {
	items  []*session
	before func(a, b *session) bool
	place  func(*session) *int32 // returns where a session stores its index in this heap
}

func newQueue(place func(*session) *int32) queue {
	return queue{before: queuedBefore, place: place}
}

func queuedBefore(a, b *session) bool { return a.queued() < b.queued() }

// first returns the first session, or nil if its queued is after now or the heap is
// empty.
func (q *queue) first(now int64) *session {
	if len(q.items) == 0 || q.items[0].queued() > now {
		return nil
	}
	return q.items[0]
}

func (q *queue) add(s *session)    { heap.Push(q, s) }
func (q *queue) remove(s *session) { heap.Remove(q, int(*q.place(s))) }

// move moves s to its new index after its queued has changed.
func (q *queue) move(s *session) { heap.Fix(q, int(*q.place(s))) }

// The methods of heap.Interface.

func (q *queue) Len() int           { return len(q.items) }
func (q *queue) Less(i, j int) bool { return q.before(q.items[i], q.items[j]) }

func (q *queue) Swap(i, j int) {
	q.items[i], q.items[j] = q.items[j], q.items[i]
	*q.place(q.items[i]), *q.place(q.items[j]) = int32(i), int32(j)
}

func (q *queue) Push(x any) {
	s := x.(*session)
	*q.place(s) = int32(len(q.items))
	q.items = append(q.items, s)
}

func (q *queue) Pop() any {
	last := len(q.items) - 1
	s := q.items[last]
	q.items[last] = nil // for the garbage collector
	q.items = q.items[:last]
	return s
}
