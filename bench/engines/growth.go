package engines

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// growth says how to fill an engine with millions of rows.
type growth struct {
	sizes  []int // the numbers of sessions to measure with, ascending
	sorted bool  // rows are loaded in the order of their ids, in which the engine keeps them

	load func(ctx context.Context, o *Opened, users []user, sessions []session) error // loads one piece

	before func(ctx context.Context, o *Opened) error // called before growth; can be nil
	settle func(ctx context.Context, o *Opened) error // called after growth or many deletes; can be nil
	match  func(ctx context.Context, o *Opened) error // gives the base the rows that Tenon has; nil: they share rows

	held func(ctx context.Context, o *Opened) (int64, error) // the bytes that users and sessions take
}

// perUser is the number of sessions per user in a set that grows.
const perUser = 5

// piece is the number of sessions that are loaded at a time.
const piece = 50_000

// Sizes returns the numbers of sessions with which an engine is measured, ascending. It
// returns nil for an engine that is not measured with more rows.
func (e *Engine) Sizes() []int {
	if e.growth == nil {
		return nil
	}
	return e.growth.sizes
}

// OpenEmpty opens an engine without rows, for [Opened.Grow], with only Tenon and the base
// as competitors. Its newest rows will have the time began, which is UTC and in whole
// milliseconds. The caller closes the Opened.
func (e *Engine) OpenEmpty(ctx context.Context, began time.Time, tell func(string)) (*Opened, error) {
	two := *e
	two.Competitors = slices.DeleteFunc(slices.Clone(e.Competitors[1:]), func(c Competitor) bool { return c.Name != e.Base })
	two.Competitors = slices.Insert(two.Competitors, 0, e.Competitors[0])
	return two.Open(ctx, &Set{Began: began}, tell)
}

// Grow adds sessions and their users until the set has n sessions. Among them it adds
// dead more sessions, which have expired. It calls tell with the fraction that is done.
// [Opened.Settle] does what Grow puts off, such as creating indexes.
func (o *Opened) Grow(ctx context.Context, n, dead int, tell func(done float64)) error {
	set, g := o.place.Set, o.Engine.growth
	if g.before != nil {
		if err := g.before(ctx, o); err != nil {
			return err
		}
	}
	users, sessions := span(set.Users, n/perUser), span(set.Sessions, n)
	set.Users, set.Sessions = max(n/perUser, 1), n
	sessions = append(sessions, span(expired, expired+dead)...)
	g.arrange("user", users)
	g.arrange("session", sessions)
	total, loaded := len(users)+len(sessions), 0
	made := NewRows(set)
	for p := range ahead(pieces(users, sessions, set.user, made.Session)) {
		if err := g.load(ctx, o, p.users, p.sessions); err != nil {
			return fmt.Errorf("loading: %w", err)
		}
		loaded += len(p.users) + len(p.sessions)
		tell(float64(loaded) / float64(total))
	}
	return nil
}

// rows is one piece of the rows to load.
type rows struct {
	users    []user
	sessions []session
}

// pieces yields the rows with these numbers, users first.
func pieces(users, sessions []int, user func(int) user, session func(int) session) iter.Seq[rows] {
	return func(yield func(rows) bool) {
		for numbers := range slices.Chunk(users, piece) {
			if !yield(rows{users: each(numbers, user)}) {
				return
			}
		}
		for numbers := range slices.Chunk(sessions, piece) {
			if !yield(rows{sessions: each(numbers, session)}) {
				return
			}
		}
	}
}

func each[T any](numbers []int, element func(int) T) []T {
	list := slices.Grow([]T(nil), len(numbers))
	for _, i := range numbers {
		list = append(list, element(i))
	}
	return list
}

// ahead computes each element of seq while its consumer uses the previous one.
func ahead[T any](seq iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		next := make(chan T)
		end := make(chan struct{})
		var maker sync.WaitGroup
		maker.Go(func() {
			defer close(next)
			for v := range seq {
				select {
				case next <- v:
				case <-end:
					return
				}
			}
		})
		defer maker.Wait()
		defer close(end)
		for v := range next {
			if !yield(v) {
				return
			}
		}
	}
}

// span returns the numbers from first up to, but not including, end.
func span(first, end int) []int {
	list := make([]int, 0, max(end-first, 0))
	for i := first; i < end; i++ {
		list = append(list, i)
	}
	return list
}

// arrange sorts the numbers of rows into the order in which they are loaded: by id, or
// at random, so expired sessions are among the others.
func (g *growth) arrange(kind string, numbers []int) {
	if !g.sorted {
		rand.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		return
	}
	type named struct {
		start  string
		number int
	}
	list := make([]named, len(numbers))
	for k, i := range numbers {
		list[k] = named{name(kind, i), i}
	}
	slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.start, b.start) })
	for k := range list {
		numbers[k] = list[k].number
	}
}

// Settle makes the engine do the work that Grow, or the engine itself, has put off.
func (o *Opened) Settle(ctx context.Context) error {
	if o.Engine.growth.settle == nil {
		return nil
	}
	return o.Engine.growth.settle(ctx, o)
}

// Match gives the base the rows that Tenon has, if they do not share rows.
func (o *Opened) Match(ctx context.Context) error {
	if o.Engine.growth.match == nil {
		return nil
	}
	return o.Engine.growth.match(ctx, o)
}

// Held returns the number of bytes that users and sessions take.
func (o *Opened) Held(ctx context.Context) (int64, error) { return o.Engine.growth.held(ctx, o) }

// Sweep makes Tenon delete at most limit expired sessions, and returns the number of
// deleted sessions.
func (o *Opened) Sweep(ctx context.Context, limit int) (int64, error) {
	return o.Clients[0].sweep(ctx, o.place.Set.Began, limit)
}

// Write renews a random session, signs in and signs out again, with Tenon. It passes each
// of the three calls to timed, which makes the call.
func (o *Opened) Write(ctx context.Context, timed func(call func() error) error) error {
	c := o.Clients[0]
	renewed, made := c.rows.task(rand.IntN(o.place.Set.Sessions)), c.rows.fresh(1)[0]
	if err := timed(func() error { return c.Swap(ctx, &renewed.now, &renewed.renewed) }); err != nil {
		return err
	}
	c.rows.swapped(renewed.number)
	if err := timed(func() error { return c.Create(ctx, &made.now) }); err != nil {
		return err
	}
	return timed(func() error { return c.Remove(ctx, made.now.ID) })
}

// few is the number of sessions in the comparison with few sessions.
const few = 100_000

// AgainstFew returns an engine that has one competitor of o twice: once for all of its
// sessions, and once, as the base, for 100,000 of them. It returns nil if there are no
// more sessions than that. The engine is only for reads. The caller must not close it.
func (o *Opened) AgainstFew(competitor int) *Opened {
	if o.Sessions() <= few {
		return nil
	}
	of := *o.Clients[competitor]
	of.rows = NewRows(&Set{Users: few / perUser, Sessions: few, Began: o.place.Set.Began})
	return o.against(o.Clients[competitor], &of)
}

// AgainstOne returns an engine that has Tenon twice: as it is, and, as the base, with a
// single goroutine. The caller must not close it.
func (o *Opened) AgainstOne() *Opened {
	one := *o.Clients[0]
	one.goroutines = 1
	return o.against(o.Clients[0], &one)
}

func (o *Opened) against(c, base *Client) *Opened {
	e := *o.Engine
	e.Competitors = []Competitor{{Name: "this"}, {Name: "base"}}
	e.Base = "base"
	return &Opened{Engine: &e, Version: o.Version, Clients: []*Client{c, base}, server: o.server, place: o.place}
}

// InProcess reports whether the rows are in the memory of this process.
func (o *Opened) InProcess() bool { return o.Engine.Name == Memory.Name }

// Sessions returns the number of sessions in the set.
func (o *Opened) Sessions() int { return o.place.Set.Sessions }
