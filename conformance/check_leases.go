package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func leaseChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "LEA-01", sentence: "swap_replaces_the_lease_and_nothing_else", run: seeded(leaseSwap[U, S])},
		{clause: "LEA-01", sentence: "each_field_is_replaced", run: seeded(leaseEachField[U, S])},
		{clause: "LEA-01", sentence: "a_lease_may_move_either_way", run: seeded(leaseEitherWay[U, S])},
		{clause: "LEA-01", sentence: "swap_is_never_seen_half_done", run: seeded(leaseHalf[U, S])},
		{clause: "LEA-02", sentence: "any_other_lease_is_stale", run: seeded(leaseStale[U, S])},
		{clause: "LEA-02", sentence: "a_lease_of_the_past_is_stale", run: seeded(leasePast[U, S])},
		{clause: "LEA-03", sentence: "absent_is_not_found_and_stays_absent", run: seeded(leaseAbsent[U, S])},
		{clause: "LEA-03", sentence: "swap_after_delete_does_not_resurrect", run: seeded(leaseDeleted[U, S])},
		{clause: "LEA-04", sentence: "swap_to_itself_succeeds", run: seeded(leaseToItself[U, S])},
		{clause: "LEA-05", sentence: "finer_digits_and_zones_of_from_do_not_count", run: seeded(leaseFromDigits[U, S])},
		{clause: "LEA-05", sentence: "finer_digits_and_zones_of_to_are_not_kept", run: seeded(leaseToDigits[U, S])},
		{clause: "LEA-06", sentence: "one_of_many_swaps_wins", run: leaseRace[U, S]},
		{clause: "LEA-07", sentence: "swap_that_races_a_delete_is_won_or_not_found", run: leaseDeleteRace[U, S]},
	}
}

func leaseSwap[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for range 3 { // a chain of swaps
		for _, id := range []string{annPhone, upperPhone, visitor} {
			w.swap(a, id, w.newSession(id, "").Lease)
			w.compare(a, "after SwapLease")
		}
	}
}

func leaseEachField[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	other := w.newSession(annPhone, ann).Lease
	changes := []struct {
		field string
		set   func(l *spec.Lease)
	}{
		{"ActiveUntil", func(l *spec.Lease) { l.ActiveUntil = other.ActiveUntil }},
		{"ExpiresAt", func(l *spec.Lease) { l.ExpiresAt = other.ExpiresAt }},
		{"Credential", func(l *spec.Lease) { l.Credential = other.Credential }},
		{"ActiveUntil, by a millisecond", func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(time.Millisecond) }},
		{"ExpiresAt, by a millisecond", func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(-time.Millisecond) }},
		{"Credential, to upper case", func(l *spec.Lease) { l.Credential = strings.ToUpper(l.Credential) }},
		{"Credential, by a trailing space", func(l *spec.Lease) { l.Credential += " " }},
		{"Credential, to the longest", func(l *spec.Lease) { l.Credential = strings.Repeat("x", spec.MaxIDBytes) }},
		{"Credential, to none", func(l *spec.Lease) { l.Credential = "" }},
		{"Credential, from none", func(l *spec.Lease) { l.Credential = "digest" }},
	}
	for _, c := range changes {
		to := w.sessions[annPhone].Lease
		c.set(&to)
		w.swap(a, annPhone, to)
		w.compareSession(a, w.sessions[annPhone], "after SwapLease of "+c.field+" only")
	}
	w.compare(a, "after SwapLease of one field only")
}

func leaseEitherWay[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	first := w.sessions[annPhone].Lease
	leases := []spec.Lease{
		{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "much earlier"},
		{ActiveUntil: noon.AddDate(50, 0, 0), ExpiresAt: noon.AddDate(51, 0, 0), Credential: "much later"},
		{ActiveUntil: noon.Add(2 * time.Hour), ExpiresAt: noon.Add(time.Hour), Credential: "active for longer than it lives"},
		{ActiveUntil: noon, ExpiresAt: noon, Credential: "both at once"},
		{ActiveUntil: noon.AddDate(-1, 0, 0), ExpiresAt: noon.AddDate(-1, 0, 1), Credential: "before it was created"},
		{ActiveUntil: time.Time{}, ExpiresAt: endOfTime, Credential: "never expired"},
		{ActiveUntil: endOfTime, ExpiresAt: time.Time{}, Credential: "always expired"},
		first,
	}
	for _, to := range leases {
		w.swap(a, annPhone, to)
		w.compare(a, fmt.Sprintf("after SwapLease to a lease from %s to %s", to.ActiveUntil, to.ExpiresAt))
	}
}

// swapStale calls SwapLease from a lease that is not the current one, and checks the outcome.
func (w *world[U, S]) swapStale(a front[U, S], id string, from, to spec.Lease, about string) {
	w.t.Helper()
	err := a.SwapLease(w.t.ctx(), id, from, to)
	w.t.wantClass(err, spec.ErrStale, "SwapLease from a lease that is not the present one: %s", about)
	w.compareSession(a, w.sessions[id], "after SwapLease from a lease that is not the present one: "+about)
}

func leaseStale[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	there := w.sessions[annPhone].Lease
	to := w.newSession(annPhone, ann).Lease
	milli := time.Millisecond
	changes := []struct {
		about string
		set   func(l *spec.Lease)
	}{
		{"ActiveUntil a millisecond later", func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(milli) }},
		{"ActiveUntil a millisecond earlier", func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(-milli) }},
		{"ActiveUntil a nanosecond earlier, which is another millisecond", func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(-1) }},
		{"ActiveUntil an hour later", func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(time.Hour) }},
		{"ExpiresAt a millisecond later", func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(milli) }},
		{"ExpiresAt a millisecond earlier", func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(-milli) }},
		{"ExpiresAt a nanosecond earlier, which is another millisecond", func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(-1) }},
		{"ExpiresAt an hour earlier", func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(-time.Hour) }},
		{"another credential", func(l *spec.Lease) { l.Credential = to.Credential }},
		{"the credential in another case", func(l *spec.Lease) { l.Credential = strings.ToUpper(l.Credential) }},
		{"the credential with a trailing space", func(l *spec.Lease) { l.Credential += " " }},
		{"the credential cut short", func(l *spec.Lease) { l.Credential = l.Credential[:6] }},
		{"no credential", func(l *spec.Lease) { l.Credential = "" }},
		{"the two times changed over", func(l *spec.Lease) { l.ActiveUntil, l.ExpiresAt = l.ExpiresAt, l.ActiveUntil }},
		{"the zero lease", func(l *spec.Lease) { *l = spec.Lease{} }},
		{"the lease of another session", func(l *spec.Lease) { *l = w.sessions[annLaptop].Lease }},
	}
	for _, c := range changes {
		from := there
		c.set(&from)
		w.swapStale(a, annPhone, from, to, c.about)
		// The swap must not succeed because nothing would change, or because the session
		// already has the new lease.
		w.swapStale(a, annPhone, from, from, c.about+", to itself")
		w.swapStale(a, annPhone, from, there, c.about+", to the present lease")
	}
	w.compare(a, "after SwapLease from leases that are not there")
	w.swap(a, annPhone, to)
	w.compare(a, "after SwapLease from the present lease")
}

func leasePast[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	first := w.sessions[annPhone].Lease
	past := []spec.Lease{first}
	for range 3 {
		to := w.newSession(annPhone, ann).Lease
		w.swap(a, annPhone, to)
		for _, from := range past {
			w.swapStale(a, annPhone, from, w.newSession(annPhone, ann).Lease, "one that was there before")
			w.swapStale(a, annPhone, from, to, "one that was there before, to the present one")
		}
		past = append(past, to)
	}
	w.swap(a, annPhone, first) // the session had this lease before and has it again
	w.compare(a, "after SwapLease back to the first lease")
	w.swap(a, annPhone, past[1])
	w.compare(a, "after SwapLease from the first lease again")
}

func leaseAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"unknown", ann, "S-Ann", "s-ann  "} {
		w.leaseNotFound(a, id, w.sessions[annPhone].Lease, "SwapLease of an absent session")
	}
	w.compare(a, "after SwapLease of an absent session")
	w.sweepEverything(a, "after SwapLease of an absent session")
}

// leaseNotFound tries to swap the lease of a session that does not exist, from this lease and
// others.
func (w *world[U, S]) leaseNotFound(a front[U, S], id string, from spec.Lease, call string) {
	w.t.Helper()
	to := shiftLease(from, time.Hour)
	for _, x := range []struct{ from, to spec.Lease }{{from, to}, {from, from}, {to, to}, {spec.Lease{}, to}, {spec.Lease{}, spec.Lease{}}} {
		err := a.SwapLease(w.t.ctx(), id, x.from, x.to)
		w.t.wantClass(err, spec.ErrSessionNotFound, "%s", call)
		w.wantAbsent(a, id, "after "+call)
	}
}

func leaseDeleted[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i, e := range t.endings() {
		s := w.createEnding(a, i)
		w.swap(a, s.ID, shiftLease(s.Lease, time.Minute))
		s = w.sessions[s.ID]
		t.must(e.end(a, s), "%s", e.call)
		w.forgetEnding(s, e)
		w.leaseNotFound(a, s.ID, s.Lease, "SwapLease after "+e.call)
	}
	w.compare(a, "after SwapLease of deleted sessions")
	w.sweepEverything(a, "after SwapLease of deleted sessions")
}

func leaseToItself[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for range 2 {
		for range 2 {
			w.swap(a, annPhone, w.sessions[annPhone].Lease)
			w.compare(a, "after SwapLease to the present lease")
		}
		l := w.sessions[annPhone].Lease
		l.ActiveUntil, l.ExpiresAt = l.ActiveUntil.Add(time.Millisecond-1), l.ExpiresAt.Add(1)
		w.swap(a, annPhone, l)
		w.compare(a, "after SwapLease to the present lease, with finer digits")
		w.swap(a, annPhone, w.newSession(annPhone, ann).Lease)
	}
}

// digits returns leases as callers have them: with times finer than a millisecond, in any
// zone.
func digits() []spec.Lease {
	east, west := time.FixedZone("east", 14*60*60), time.FixedZone("west", -(3*60*60+30*60))
	fine := time.Millisecond - 1
	old := time.Date(1969, 12, 31, 23, 59, 59, 998e6, time.UTC)
	return []spec.Lease{
		{ActiveUntil: noon.Add(fine), ExpiresAt: noon.Add(time.Hour + fine), Credential: "just below"},
		{ActiveUntil: noon.Add(1), ExpiresAt: noon.Add(time.Hour + 500*time.Microsecond), Credential: "just above, and half"},
		{ActiveUntil: noon.In(east), ExpiresAt: noon.Add(time.Hour).In(west), Credential: "zones"},
		{ActiveUntil: noon.Add(fine).In(west), ExpiresAt: noon.Add(time.Hour + 1).In(east), Credential: "zones and digits"},
		{ActiveUntil: old.Add(fine), ExpiresAt: old.Add(time.Millisecond + 1), Credential: "before 1970"},
		{ActiveUntil: time.Time{}.Add(fine), ExpiresAt: endOfTime.Add(fine), Credential: "the first and the last"},
	}
}

func leaseFromDigits[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i, l := range digits() {
		s := w.newSession(fmt.Sprintf("s%d", i), ann)
		s.Lease = l
		kept := w.addSession(a, s)
		w.compareSession(a, kept, "after CreateSession with finer digits")
		// Swap from the lease that was read, and from the one that the caller has kept.
		t.must(a.SwapLease(t.ctx(), s.ID, kept.Lease, kept.Lease), "SwapLease(%q) from the lease that was read, to itself", l.Credential)
		t.must(a.SwapLease(t.ctx(), s.ID, l, l), "SwapLease(%q) from the lease it was created with, to itself", l.Credential)
		w.compareSession(a, kept, "after SwapLease to itself with finer digits")
		to := w.newSession(s.ID, ann).Lease
		t.must(a.SwapLease(t.ctx(), s.ID, l, to), "SwapLease(%q) from the lease it was created with", l.Credential)
		kept.Lease = to
		w.sessions[s.ID] = kept
		w.compareSession(a, kept, "after SwapLease from a lease with finer digits")
	}
	w.compare(a, "after SwapLease from leases with finer digits")
}

func leaseToDigits[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, l := range digits() {
		w.swap(a, annPhone, l)
		w.compareSession(a, w.sessions[annPhone], "after SwapLease to a lease with finer digits")
		for _, d := range []time.Duration{time.Millisecond, -time.Millisecond} {
			if from, err := shiftLease(l, d).Normal(); err == nil { // otherwise no store can hold it
				w.swapStale(a, annPhone, from, l, "a millisecond later or earlier")
			}
		}
		t.must(a.SwapLease(t.ctx(), annPhone, w.sessions[annPhone].Lease, l), "SwapLease(%q) from the lease that was read, to itself", l.Credential)
		// Swap from the lease that the caller has kept.
		to := w.newSession(annPhone, ann).Lease
		t.must(a.SwapLease(t.ctx(), annPhone, l, to), "SwapLease from the lease it was swapped to (%q)", l.Credential)
		s := w.sessions[annPhone]
		s.Lease = to
		w.sessions[annPhone] = s
		w.compareSession(a, s, "after SwapLease from a lease with finer digits")
	}
	w.compare(a, "after SwapLease to leases with finer digits")
}
