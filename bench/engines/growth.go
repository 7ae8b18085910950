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

// growth is how an engine is filled with rows by the million.
type growth struct {
	sizes  []int // how many sessions there are one after another, ascending
	sorted bool  // rows are loaded by their ids, since that is how the engine keeps them

	load func(ctx context.Context, o *Opened, users []user, sessions []session) error // one piece

	before func(ctx context.Context, o *Opened) error // it grows; nil: nothing
	settle func(ctx context.Context, o *Opened) error // after it grew, or much was deleted; nil: nothing
	match  func(ctx context.Context, o *Opened) error // gives the base what Tenon has; nil: they share it

	held func(ctx context.Context, o *Opened) (int64, error) // bytes that users and sessions take
}

// perUser is how many sessions a user has of a set that grows.
const perUser = 5

// piece is how many sessions are loaded at a time.
const piece = 50_000

// Sizes returns how many sessions an engine is measured with, none if it is not.
func (e *Engine) Sizes() []int {
	if e.growth == nil {
		return nil
	}
	return e.growth.sizes
}

// OpenEmpty opens an engine that is going to grow, for Tenon and the base only. The
// newest of its rows will be of when it began: UTC, to the millisecond.
// The caller closes what is returned.
func (e *Engine) OpenEmpty(ctx context.Context, began time.Time, tell func(string)) (*Opened, error) {
	two := *e
	two.Competitors = slices.DeleteFunc(slices.Clone(e.Competitors[1:]), func(c Competitor) bool { return c.Name != e.Base })
	two.Competitors = slices.Insert(two.Competitors, 0, e.Competitors[0])
	return two.Open(ctx, &Set{Began: began}, tell)
}

// Grow adds sessions until there are n of the set, with their users, and adds
// dead ones that have expired among them. Tell is told how much of that is done, of 1.
// What it put off is done by [Opened.Settle].
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

// rows are a piece of what is loaded.
type rows struct {
	users    []user
	sessions []session
}

// pieces makes the rows with these numbers, users first.
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

func each[T any](numbers []int, make func(int) T) []T {
	list := slices.Grow([]T(nil), len(numbers))
	for _, i := range numbers {
		list = append(list, make(i))
	}
	return list
}

// ahead makes each element while the one before is used.
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

// arrange puts numbers of rows into the order in which they are loaded: by their
// ids, or mixed, so that those that have expired lie among the others.
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

// Settle has the engine do what it puts off until it has time.
func (o *Opened) Settle(ctx context.Context) error {
	if o.Engine.growth.settle == nil {
		return nil
	}
	return o.Engine.growth.settle(ctx, o)
}

// Match gives the base the rows that Tenon has, if they do not share them.
func (o *Opened) Match(ctx context.Context) error {
	if o.Engine.growth.match == nil {
		return nil
	}
	return o.Engine.growth.match(ctx, o)
}

// Held returns how many bytes the users and sessions take.
func (o *Opened) Held(ctx context.Context) (int64, error) { return o.Engine.growth.held(ctx, o) }

// Sweep deletes at most limit of the sessions that have expired, by Tenon, and
// returns how many.
func (o *Opened) Sweep(ctx context.Context, limit int) (int64, error) {
	return o.Clients[0].sweep(ctx, o.place.Set.Began, limit)
}

// Write renews a session chosen at random, signs in and signs out again, by Tenon.
// Timed is given each of the three calls, and makes it.
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

// few is how many sessions there are where they are few.
const few = 100_000

// AgainstFew returns an engine of one competitor of o, by its place, twice: as it
// is, and for few of its sessions, which are the base; nil if it has no more than
// these. It is for reading, and is not closed.
func (o *Opened) AgainstFew(competitor int) *Opened {
	if o.Sessions() <= few {
		return nil
	}
	of := *o.Clients[competitor]
	of.rows = NewRows(&Set{Users: few / perUser, Sessions: few, Began: o.place.Set.Began})
	return o.against(o.Clients[competitor], &of)
}

// AgainstOne returns an engine of Tenon twice: as it is, and for one goroutine, which
// is the base. It is not closed.
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

// InProcess says whether the rows are in the memory of this process.
func (o *Opened) InProcess() bool { return o.Engine.Name == Memory.Name }

// Sessions is how many sessions of the set there are.
func (o *Opened) Sessions() int { return o.place.Set.Sessions }
