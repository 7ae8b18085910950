package engines

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
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

// OpenEmpty opens an engine that is going to grow, for Tenon and the base only.
// The caller closes what is returned.
func (e *Engine) OpenEmpty(ctx context.Context, tell func(string)) (*Opened, error) {
	two := *e
	two.Competitors = slices.DeleteFunc(slices.Clone(e.Competitors[1:]), func(c Competitor) bool { return c.Name != e.Base })
	two.Competitors = slices.Insert(two.Competitors, 0, e.Competitors[0])
	return two.Open(ctx, &Set{Began: time.Now().UTC().Truncate(time.Millisecond)}, tell)
}

// Grow adds sessions until there are n of the set, with their users, and adds
// dead ones that have expired among them. Tell is told how much of that is done, of 1.
func (o *Opened) Grow(ctx context.Context, n, dead int, tell func(done float64)) error {
	set, g := o.place.set, o.Engine.growth
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
	total := len(users) + len(sessions)
	for list := range slices.Chunk(users, piece) {
		rows := make([]user, len(list))
		for k, i := range list {
			rows[k] = set.user(i)
		}
		if err := g.load(ctx, o, rows, nil); err != nil {
			return fmt.Errorf("loading users: %w", err)
		}
		total -= len(list)
		tell(1 - float64(total)/float64(len(users)+len(sessions)))
	}
	made := newRows(set)
	for list := range slices.Chunk(sessions, piece) {
		rows := make([]session, len(list))
		for k, i := range list {
			rows[k] = made.session(i)
		}
		if err := g.load(ctx, o, nil, rows); err != nil {
			return fmt.Errorf("loading sessions: %w", err)
		}
		total -= len(list)
		tell(1 - float64(total)/float64(len(users)+len(sessions)))
	}
	return o.Settle(ctx)
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
	return o.Clients[0].sweep(ctx, o.place.set.Began, limit)
}

// Write renews a session chosen at random, signs in and signs out again, by Tenon.
// Timed is given each of the three calls, and makes it.
func (o *Opened) Write(ctx context.Context, timed func(call func() error) error) error {
	c := o.Clients[0]
	renewed, made := c.rows.task(rand.IntN(o.place.set.Sessions)), c.rows.fresh(1)[0]
	if err := timed(func() error { return c.swap(ctx, &renewed.now, &renewed.renewed) }); err != nil {
		return err
	}
	c.rows.swapped(renewed.number)
	if err := timed(func() error { return c.create(ctx, &made.now) }); err != nil {
		return err
	}
	return timed(func() error { return c.remove(ctx, made.now.ID) })
}

// InProcess says whether the rows are in the memory of this process.
func (o *Opened) InProcess() bool { return o.Engine.Name == Memory.Name }

// Sessions is how many sessions of the set there are.
func (o *Opened) Sessions() int { return o.place.set.Sessions }
