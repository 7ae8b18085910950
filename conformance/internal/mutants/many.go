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
	return slices.Concat(limitedMutants(), []Mutant{
		{Name: "a_page_of_a_list_begins_after_the_last_created_at", Clause: "SES-10", Shipped: "lists by pages, with a key that is not unique",
			Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
				const page = 500
				for from := page; from < len(c.list); from += page {
					last := c.list[from-1].CreatedAt
					rest := slices.DeleteFunc(c.list[from:], func(s spec.SessionRow) bool { return s.CreatedAt.Equal(last) })
					c.list = c.list[:from+len(rest)]
				}
			}))},
		{Name: "a_sweep_counts_its_last_batch", Clause: "SWP-02", Subject: alterAll(after(spec.OpDeleteExpiredSessions, func(c *call) {
			const batch = 500
			if c.n > batch {
				c.n -= batch * ((c.n - 1) / batch)
			}
		}))},
		{Name: "deleting_the_others_counts_its_last_batch", Clause: "SES-11", Subject: alterAll(after(spec.OpDeleteUserSessions, func(c *call) {
			if c.n > 1000 {
				c.n -= 1000
			}
		}))},
		{Name: "an_index_of_unique_values_has_a_thousand", Clause: "ATT-06", Subject: nested(indexesLast(1000))},
		{Name: "an_index_of_unique_values_has_two_thousand", Clause: "ATT-06", Subject: nested(indexesLast(2000))},
		{Name: "a_sweep_frees_the_values_of_the_first_row", Clause: "ATT-07", Subject: alterRich(freesOne(spec.OpDeleteExpiredSessions))},
		{Name: "deleting_the_others_frees_the_values_of_the_first_row", Clause: "ATT-07", Subject: alterRich(freesOne(spec.OpDeleteUserSessions))},
		{Name: "delete_user_frees_the_values_of_the_first_session", Clause: "ATT-07", Subject: alterRich(freesOne(spec.OpDeleteUser))},
		{Name: "an_update_is_prepared_by_its_first_and_last_column", Clause: "ATT-01", Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateUser, prepared()) })},
		{Name: "an_update_of_a_session_is_prepared_by_its_first_and_last_column", Clause: "ATT-01",
			Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateSession, prepared()) })},
		{Name: "a_limit_of_one_is_none", Clause: "SWP-02", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.sweep.Limit == 1 {
				c.sweep.Limit = math.MaxInt
			}
		}))},
		{Name: "a_limit_is_cut_to_32_bits", Clause: "SWP-02", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.sweep.Limit = int(uint32(c.sweep.Limit)); c.sweep.Limit == 0 {
				c.answer(nil)
			}
		}))},
		{Name: "a_deadline_is_milliseconds_of_32_bits", Clause: "CTX-02", Shipped: "drivers that send a timeout to the server",
			Subject: alterAll(before(spec.OpSession, func(c *call) {
				if deadline, ok := c.ctx.Deadline(); ok && int32(time.Until(deadline).Milliseconds()) <= 0 {
					c.answer(context.DeadlineExceeded)
				}
			}))},
		{Name: "a_deadline_in_a_far_year_has_passed", Clause: "CTX-02", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if deadline, ok := c.ctx.Deadline(); ok && deadline.UnixNano() < time.Now().UnixNano() {
				c.answer(context.DeadlineExceeded)
			}
		}))},
	})
}

// limitedMutants returns mutants that are right up to a number of rows or of ids, which
// is a limit of some engine or a page's length.
func limitedMutants() []Mutant {
	var list []Mutant
	for _, kind := range []struct {
		name, clause string // %d in the name is the most
		alter        func(most int) func(*altered)
		most         []int
	}{
		{"a_list_ends_after_%d_sessions", "SES-10", listsFirst, []int{1000, 1024, 2000}},
		{"a_list_has_at_most_%d_sessions_of_one_moment", "SES-10", listsFirstOfMoment, []int{1000, 1024, 2000}},
		{"a_sweep_ends_after_%d_sessions", "SWP-02", sweepsFirst, []int{500, 512, 1000, 1024, 2000}},
		{"delete_user_fails_with_more_than_%d_sessions", "USR-06", refusesMany, []int{500, 512, 1000, 1024, 2000}},
		{"deleting_the_others_ends_after_%d_sessions", "SES-11", deletesFirst, []int{1000, 1024}},
		{"of_ids_to_keep_the_first_%d_count", "SES-11", keepsFirst, []int{2000, 32_766, 65_535}},
	} {
		for _, most := range kind.most {
			list = append(list, Mutant{Name: fmt.Sprintf(kind.name, most), Clause: kind.clause, Subject: alterAll(kind.alter(most))})
		}
	}
	return list
}

func listsFirst(most int) func(*altered) {
	return after(spec.OpUserSessions, func(c *call) { c.list = c.list[:min(most, len(c.list))] })
}

// listsFirstOfMoment leaves out sessions if this many have the same CreatedAt.
func listsFirstOfMoment(most int) func(*altered) {
	return after(spec.OpUserSessions, func(c *call) {
		moment, n := time.Time{}, 0
		c.list = slices.DeleteFunc(c.list, func(s spec.SessionRow) bool {
			if !s.CreatedAt.Equal(moment) {
				moment, n = s.CreatedAt, 0
			}
			n++
			return n > most
		})
	})
}

func sweepsFirst(most int) func(*altered) {
	return before(spec.OpDeleteExpiredSessions, func(c *call) { c.sweep.Limit = min(c.sweep.Limit, most) })
}

func keepsFirst(most int) func(*altered) {
	return before(spec.OpDeleteUserSessions, func(c *call) { c.keep = c.keep[:min(most, len(c.keep))] })
}

// refusesMany makes DeleteUser fail for a user with more sessions than this.
func refusesMany(most int) func(*altered) {
	return before(spec.OpDeleteUser, func(c *call) {
		if list, _ := c.rows.UserSessions(c.ctx, c.id); len(list) > most {
			c.answer(spec.ErrFailed)
		}
	})
}

// deletesFirst makes DeleteUserSessions delete only this many sessions.
func deletesFirst(most int) func(*altered) {
	return before(spec.OpDeleteUserSessions, func(c *call) {
		list, _ := c.rows.UserSessions(c.ctx, c.id)
		list = slices.DeleteFunc(list, func(s spec.SessionRow) bool { return len(list) > most && slices.Contains(c.keep, s.ID) })
		if len(list) > most {
			c.keep = slices.Clone(c.keep)
			for _, s := range list[most:] {
				c.keep = append(c.keep, s.ID)
			}
		}
	})
}

// indexesLast finds a conflict only with the last of the Digests that sessions have taken.
func indexesLast(most int) func(*altered) {
	return func(a *altered) {
		digest := placeOf[nestedSession]("Digest")
		var mu sync.Mutex
		var recent []any
		a.around(spec.OpCreateSession, func(c *call, do func()) {
			mu.Lock()
			defer mu.Unlock()
			value := any(fmt.Sprint(c.session.Attributes[digest]))
			if do(); isNotUnique(c.err, "Digest") && !slices.Contains(recent, value) {
				c.session.Attributes = slices.Clone(c.session.Attributes)
				c.session.Attributes[digest] = []byte(c.id)
				do()
				return
			}
			if recent = append(recent, value); len(recent) > most {
				recent = recent[1:]
			}
		})
	}
}

// freesOne maintains its own index of sessions' DeviceIDs. If a call of one operation
// deletes several sessions, only the value of the first becomes free.
func freesOne(op spec.Op) func(*altered) {
	return func(a *altered) {
		deviceID := placeOf[richSession]("DeviceID")
		var mu sync.Mutex
		held, ids := map[any]string{}, []string(nil) // ids by DeviceID, and in the order in which they were created
		a.after(everyCall, func(c *call) {
			if !deletesSessions(c.op) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			freed := 0
			ids = slices.DeleteFunc(ids, func(id string) bool {
				if _, err := c.rows.Session(context.Background(), id); err == nil {
					return false
				}
				freed++
				for value, holder := range held {
					if holder == id && (c.op != op || freed == 1) {
						delete(held, value)
					}
				}
				return true
			})
		})
		a.around(spec.OpCreateSession, func(c *call, do func()) {
			device := c.session.Attributes[deviceID]
			mu.Lock()
			holder, taken := held[device]
			mu.Unlock()
			if taken && holder != c.id {
				if _, err := c.rows.Session(c.ctx, holder); err != nil { // a value that was not freed
					c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
					return
				}
			}
			if do(); c.err == nil {
				mu.Lock()
				defer mu.Unlock()
				held[device], ids = c.id, append(ids, c.id)
			}
		})
	}
}

// prepared alters an update: it sets the columns of the first change that had the same
// number of columns, the same first column and the same last column.
func prepared() func(*call) {
	type key struct{ first, last, n int }
	var prepared sync.Map // places
	return func(c *call) {
		n := len(c.change.Places)
		if n == 0 {
			return
		}
		places, _ := prepared.LoadOrStore(key{c.change.Places[0], c.change.Places[n-1], n}, c.change.Places)
		if !slices.Equal(places.([]int), c.change.Places) {
			c.change = dropColumns(c.change, func(place int, _ any) bool { return !slices.Contains(places.([]int), place) })
		}
	}
}
