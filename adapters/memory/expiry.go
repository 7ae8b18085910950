package memory

import "container/heap"

// queue is a set of sessions that knows which of them expires first: a heap.
// Each session keeps its place in it, so that one can be taken out, or moved
// when its lease changed, without a search. It is guarded by the store's mu.
//
// It goes by session.queued, which is when the session expires, or an earlier
// time: a renewal, the most frequent write, changes no queue. The queue learns
// of it when it meets the session as the first (see store.sweep), once however
// often the session was renewed. As no session expires before its queued, the
// first one whose queued is right expires first.
type queue struct {
	items  []*session
	before func(a, b *session) bool
	place  func(*session) *int32 // where a session keeps its place in this queue
}

func newQueue(place func(*session) *int32) queue {
	return queue{before: queuedBefore, place: place}
}

func queuedBefore(a, b *session) bool { return a.queued < b.queued }

// first returns the first session if its queued is not after now, else nil.
func (q *queue) first(now int64) *session {
	if len(q.items) == 0 || q.items[0].queued > now {
		return nil
	}
	return q.items[0]
}

func (q *queue) add(s *session)    { heap.Push(q, s) }
func (q *queue) remove(s *session) { heap.Remove(q, int(*q.place(s))) }

// move puts s into its new place after its queued changed.
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
