package mutants

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// manyMutants returns mutants that are wrong beyond a number of rows, of ids or of
// columns, or with small or large numbers.
func manyMutants() []Mutant {
	var list []Mutant
	for _, most := range []int{1000, 1024, 2000} {
		list = append(list, Mutant{Name: fmt.Sprintf("a_list_ends_after_%d_sessions", most), Clause: "SES-10", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				return list[:min(most, len(list))], err
			}
		})})
	}
	for _, most := range []int{500, 512, 1000, 1024, 2000} {
		list = append(list,
			Mutant{Name: fmt.Sprintf("a_sweep_ends_after_%d_sessions", most), Clause: "SWP-02", Subject: alterAll(func(a *altered) {
				a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
					sweep.Limit = min(sweep.Limit, most)
					return a.rows.DeleteExpiredSessions(ctx, sweep)
				}
			})},
			Mutant{Name: fmt.Sprintf("delete_user_fails_with_more_than_%d_sessions", most), Clause: "USR-06", Subject: alterAll(func(a *altered) {
				a.deleteUser = func(ctx context.Context, id string) error {
					if list, _ := a.rows.UserSessions(ctx, id); len(list) > most {
						return spec.ErrFailed
					}
					return a.rows.DeleteUser(ctx, id)
				}
			})})
	}
	for _, most := range []int{1000, 1024} {
		list = append(list, Mutant{Name: fmt.Sprintf("deleting_the_others_ends_after_%d_sessions", most), Clause: "SES-11", Subject: alterAll(func(a *altered) {
			deleteFirst(a, most)
		})})
	}
	for _, most := range []int{2000, 32_766, 65_535} {
		list = append(list, Mutant{Name: fmt.Sprintf("of_ids_to_keep_the_first_%d_count", most), Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				return a.rows.DeleteUserSessions(ctx, userID, keep[:min(most, len(keep))])
			}
		})})
	}
	return append(list,
		Mutant{Name: "a_page_of_a_list_begins_after_the_last_created_at", Clause: "SES-10", Shipped: "lists by pages, with a key that is not unique", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				const page = 500
				for from := page; from < len(list); from += page {
					last := list[from-1].CreatedAt
					rest := slices.DeleteFunc(list[from:], func(s spec.SessionRow) bool { return s.CreatedAt.Equal(last) })
					list = list[:from+len(rest)]
				}
				return list, err
			}
		})},
		Mutant{Name: "a_sweep_counts_its_last_batch", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				const batch = 500
				if n > batch {
					n -= batch * ((n - 1) / batch)
				}
				return n, err
			}
		})},
		Mutant{Name: "deleting_the_others_counts_its_last_batch", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				if n > 1000 {
					n -= 1000
				}
				return n, err
			}
		})},
		Mutant{Name: "an_index_of_unique_values_has_a_thousand", Clause: "ATT-06", Subject: nested(func(a *altered) {
			digest := placeOf[nestedSession]("Digest")
			var mu sync.Mutex
			var recent []any // digests that were taken, the last of them
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				mu.Lock()
				defer mu.Unlock()
				err := a.rows.CreateSession(ctx, s)
				value := fmt.Sprint(s.Attributes[digest])
				if isNotUnique(err, "Digest") && !slices.Contains(recent, any(value)) {
					s.Attributes = slices.Clone(s.Attributes)
					s.Attributes[digest] = []byte(s.ID)
					return a.rows.CreateSession(ctx, s)
				}
				if recent = append(recent, value); len(recent) > 1000 {
					recent = recent[1:]
				}
				return err
			}
		})},
		Mutant{Name: "a_sweep_frees_the_values_of_the_first_row", Clause: "ATT-07", Subject: alterRich(func(a *altered) { freesOne(a, "sweep") })},
		Mutant{Name: "deleting_the_others_frees_the_values_of_the_first_row", Clause: "ATT-07", Subject: alterRich(func(a *altered) { freesOne(a, "except") })},
		Mutant{Name: "delete_user_frees_the_values_of_the_first_session", Clause: "ATT-07", Subject: alterRich(func(a *altered) { freesOne(a, "delete user") })},
		Mutant{Name: "an_update_is_prepared_by_its_first_and_last_column", Clause: "ATT-01", Subject: alterAll(func(a *altered) {
			var prepared sync.Map // places, by the first, the last and how many
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				return a.rows.UpdateUser(ctx, id, prepare(&prepared, change))
			}
		})},
		Mutant{Name: "an_update_of_a_session_is_prepared_by_its_first_and_last_column", Clause: "ATT-01", Subject: alterAll(func(a *altered) {
			var prepared sync.Map
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				return a.rows.UpdateSession(ctx, id, prepare(&prepared, change))
			}
		})},
		Mutant{Name: "a_limit_of_one_is_none", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if sweep.Limit == 1 {
					sweep.Limit = math.MaxInt
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		Mutant{Name: "a_limit_is_cut_to_32_bits", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if sweep.Limit = int(uint32(sweep.Limit)); sweep.Limit == 0 {
					return 0, nil
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		Mutant{Name: "a_deadline_is_milliseconds_of_32_bits", Clause: "CTX-02", Shipped: "drivers that send a timeout to the server", Subject: alterAll(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				if deadline, ok := ctx.Deadline(); ok && int32(time.Until(deadline).Milliseconds()) <= 0 {
					return spec.SessionRow{}, context.DeadlineExceeded
				}
				return a.rows.Session(ctx, id)
			}
		})},
		Mutant{Name: "a_deadline_in_a_far_year_has_passed", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				if deadline, ok := ctx.Deadline(); ok && deadline.UnixNano() < time.Now().UnixNano() {
					return context.DeadlineExceeded
				}
				return a.rows.CreateSession(ctx, s)
			}
		})},
	)
}

// deleteFirst makes DeleteUserSessions delete only this many sessions.
func deleteFirst(a *altered, most int) {
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		list, err := a.rows.UserSessions(ctx, userID)
		list = slices.DeleteFunc(list, func(s spec.SessionRow) bool { return len(list) > most && slices.Contains(keep, s.ID) })
		if err != nil || len(list) <= most {
			return a.rows.DeleteUserSessions(ctx, userID, keep)
		}
		keep = slices.Clone(keep)
		for _, s := range list[most:] {
			keep = append(keep, s.ID)
		}
		return a.rows.DeleteUserSessions(ctx, userID, keep)
	}
}

// freesOne maintains its own index of sessions' DeviceIDs. If a call of one kind deletes
// several sessions, only the value of the first becomes free.
func freesOne(a *altered, event string) {
	deviceID := placeOf[richSession]("DeviceID")
	inner := a.rows
	var mu sync.Mutex
	held, ids := map[any]string{}, []string(nil) // ids by DeviceID, and in the order in which they were created
	afterWrites(a, func(e string) {
		mu.Lock()
		defer mu.Unlock()
		freed := 0
		ids = slices.DeleteFunc(ids, func(id string) bool {
			if _, err := inner.Session(context.Background(), id); err == nil {
				return false
			}
			freed++
			for value, holder := range held {
				if holder == id && (e != event || freed == 1) {
					delete(held, value)
				}
			}
			return true
		})
	})
	create := a.createSession
	a.createSession = func(ctx context.Context, s spec.SessionRow) error {
		mu.Lock()
		holder, taken := held[s.Attributes[deviceID]]
		mu.Unlock()
		if taken && holder != s.ID {
			if _, err := inner.Session(ctx, holder); err != nil { // a value that was not freed
				return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
			}
		}
		err := create(ctx, s)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			held[s.Attributes[deviceID]], ids = s.ID, append(ids, s.ID)
		}
		return err
	}
}

// prepare returns a change with the columns of the first change that had the same number
// of columns, the same first column and the same last column.
func prepare(prepared *sync.Map, c spec.Change) spec.Change {
	if len(c.Places) == 0 {
		return c
	}
	type key struct{ first, last, n int }
	places, _ := prepared.LoadOrStore(key{c.Places[0], c.Places[len(c.Places)-1], len(c.Places)}, c.Places)
	if slices.Equal(places.([]int), c.Places) {
		return c
	}
	return dropColumns(c, func(place int, _ any) bool { return !slices.Contains(places.([]int), place) })
}
