package mutants

import (
	"context"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// readRaceMutants returns mutants that are wrong about reads while deletes run.
func readRaceMutants(gap between) []Mutant {
	return []Mutant{
		{Name: "a_read_that_overlaps_a_delete_is_kept", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			c := emptiedBy(a, "delete")
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				return keepRead(ctx, c, id, gap, func() (spec.SessionRow, error) { return a.rows.Session(ctx, id) })
			}
		})},
		{Name: "a_read_that_overlaps_a_sweep_is_kept", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			c := emptiedBy(a, "sweep")
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				return keepRead(ctx, c, id, gap, func() (spec.SessionRow, error) { return a.rows.Session(ctx, id) })
			}
		})},
		{Name: "a_list_that_overlaps_the_deletion_of_the_others_is_kept", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			c := emptiedBy(a, "except")
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				return keepRead(ctx, c, userID, gap, func() ([]spec.SessionRow, error) { return a.rows.UserSessions(ctx, userID) })
			}
		})},
		{Name: "a_list_that_overlaps_a_sweep_is_kept", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			c := emptiedBy(a, "sweep")
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				return keepRead(ctx, c, userID, gap, func() ([]spec.SessionRow, error) { return a.rows.UserSessions(ctx, userID) })
			}
		})},
		{Name: "a_session_with_its_user_that_overlaps_a_delete_is_kept", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			type both struct {
				session spec.SessionRow
				user    spec.UserRow
			}
			c := emptiedBy(a, "delete")
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				b, err := keepRead(ctx, c, id, gap, func() (b both, err error) {
					b.session, b.user, err = a.rows.SessionAndUser(ctx, id)
					return b, err
				})
				return b.session, b.user, err
			}
		})},
		{Name: "a_delete_blanks_the_row_first", Clause: "CON-03", Subject: alterRich(func(a *altered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				_ = a.rows.UpdateSession(ctx, id, blank())
				gap(ctx)
				return a.rows.DeleteSession(context.WithoutCancel(ctx), id)
			}
		})},
		{Name: "deleting_the_others_blanks_their_rows_first", Clause: "CON-03", Subject: alterRich(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				list, _ := a.rows.UserSessions(ctx, userID)
				for _, s := range list {
					if !slices.Contains(keep, s.ID) {
						_ = a.rows.UpdateSession(ctx, s.ID, blank())
					}
				}
				gap(ctx)
				return a.rows.DeleteUserSessions(context.WithoutCancel(ctx), userID, keep)
			}
		})},
		{Name: "a_sweep_blanks_rows_first", Clause: "CON-03", Subject: alterRich(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				for _, id := range selectExpired(ctx, a.rows, c, sweep) {
					_ = a.rows.UpdateSession(ctx, id, blank())
				}
				gap(ctx)
				return a.rows.DeleteExpiredSessions(context.WithoutCancel(ctx), sweep)
			}
		})},
		{Name: "a_list_in_pages_skips_a_row_when_another_goes", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) (list []spec.SessionRow, err error) {
				const page = 2
				for {
					now, err := a.rows.UserSessions(ctx, userID)
					if err != nil || len(now) == 0 { // the user is deleted too
						return nil, err
					}
					from := min(len(list), len(now))
					next := now[from:min(from+page, len(now))]
					if list = append(list, next...); len(next) < page {
						return list, nil
					}
					gap(ctx)
				}
			}
		})},
		{Name: "a_list_fails_when_one_of_its_rows_goes", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				gap(ctx)
				for i := range list {
					row, missing := a.rows.Session(ctx, list[i].ID)
					if missing != nil {
						if _, gone := a.rows.User(ctx, userID); gone != nil {
							return nil, err
						}
						return nil, spec.ErrFailed
					}
					list[i] = row
				}
				return list, err
			}
		})},
	}
}

// blank returns a change that clears an attribute.
func blank() spec.Change {
	return spec.Change{Places: []int{placeOf[richSession]("Visits")}, Values: []any{int64(0)}}
}

// readCache holds results of reads until a write empties it.
type readCache struct {
	mu     sync.Mutex
	writes int
	read   map[string]any
}

// emptiedBy returns a cache that every write empties. The result of a read that overlaps
// a write is not put into it, except for writes of one kind.
func emptiedBy(a *altered, late string) *readCache {
	c := &readCache{read: map[string]any{}}
	afterWrites(a, func(event string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		clear(c.read)
		if event != late {
			c.writes++
		}
	})
	return c
}

// keepRead returns the cached result of a read, or calls read.
func keepRead[T any](ctx context.Context, c *readCache, key string, gap between, read func() (T, error)) (T, error) {
	c.mu.Lock()
	writes, cached := c.writes, c.read[key]
	c.mu.Unlock()
	if cached != nil {
		return cached.(T), nil
	}
	value, err := read()
	gap(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && writes == c.writes {
		c.read[key] = value
	}
	return value, err
}
