package conformance

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// migrateChecks returns the checks about Migrate and Check while other handles are open.
// Attributes do not matter to them and each opens several handles, so they run for only one
// pair of types.
func migrateChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "OPT-03", sentence: "migrate_during_writes_loses_none", run: migrateDuringWrites[U, S]},
		{clause: "OPT-03", sentence: "a_new_store_is_opened_by_several_at_once", run: openFirstTogether[U, S]},
		{clause: "OPT-03", sentence: "check_fails_until_migrate_has_run", run: checkBeforeMigrate[U, S]},
		{clause: "OPT-03", sentence: "check_finds_what_is_missing", run: checkDamaged[U, S]},
	}
}

// migrateDuringWrites calls Migrate, like a process that starts, while others write.
func migrateDuringWrites[U, S any](t *tester[U, S]) {
	store := t.newStore()
	a := t.openNamed(store)
	t.requireMigrator(a)
	migrating := a
	if !t.weaknesses(a).Volatile {
		migrating = t.openNamed(store)
	}
	w := t.seed(a)
	const writers, migrations = 4, 3
	var rows [writers][]spec.Session[S]
	var users [writers]spec.User[U]
	var firsts [writers]spec.Session[S]
	for i := range users {
		users[i] = w.newUser(fmt.Sprintf("writer %d", i))
		firsts[i] = w.newSession("", users[i].ID)
	}
	to := w.newSession("", "").Lease
	var migrated atomic.Bool
	t.runTogether(writers+1, func(i int) {
		if i == writers {
			defer migrated.Store(true)
			for range migrations {
				t.must(migrating.Migrate(t.ctx()), "Migrate while others write")
			}
			return
		}
		must := func(f func() error, call string) { t.must(t.retry(f), "%s during Migrate", call) }
		must(func() error { return a.CreateUser(t.ctx(), users[i]) }, "CreateUser")
		for n := 0; !(migrated.Load() && n > 0) && !t.Failed(); n++ {
			runtime.Gosched() // there can be more writers than processors
			s := firsts[i]
			s.ID, s.Attributes = fmt.Sprintf("s-%d-%d", i, n), t.samples.session(1000+10_000*i+n)
			must(func() error { return a.CreateSession(t.ctx(), s) }, "CreateSession")
			must(func() error { return a.SwapLease(t.ctx(), s.ID, s.Lease, to) }, "SwapLease")
			must(func() error { return a.UpdateSession(t.ctx(), s.ID, s.Attributes, attr.All[S]()) }, "UpdateSession")
			s.Lease = to
			_, err := a.Session(t.ctx(), s.ID)
			t.must(err, "Session during Migrate")
			rows[i] = append(rows[i], s)
		}
	})
	if t.Failed() {
		return
	}
	for i, u := range users {
		w.users[u.ID] = u
		for _, s := range rows[i] {
			w.sessions[s.ID] = s
		}
	}
	t.must(migrating.Check(t.ctx()), "Check after Migrate during writes")
	w.compare(a, "after Migrate during writes")
}

// openFirstTogether opens several handles on a store that does not exist yet, like the
// processes of a new application.
func openFirstTogether[U, S any](t *tester[U, S]) {
	store := t.newStore()
	handles := make([]front[U, S], 4)
	t.runTogether(len(handles), func(i int) { handles[i] = t.openNamed(store) })
	if t.Failed() {
		return
	}
	a := handles[0]
	t.requireMigrator(a)
	if t.weaknesses(a).Volatile {
		t.notOffered("the adapter declares that it is volatile: there is no second handle on the same data")
	}
	for _, handle := range handles {
		t.must(handle.Check(t.ctx()), "Check of a store that several opened, and migrated, at once")
	}
	w := t.seed(a)
	for _, handle := range handles {
		w.caughtUp(handle)
		w.compare(handle, "through one of several handles that opened a new store at once")
	}
}

// checkBeforeMigrate calls Check before Migrate has created the tables. It detects a
// Check that never finds anything.
func checkBeforeMigrate[U, S any](t *tester[U, S]) {
	a := t.openUnready(t.newStore())
	t.requireMigrator(a)
	for range 2 { // the first call must change nothing
		t.wantClass(a.Check(t.ctx()), spec.ErrFailed, "Check of a store before Migrate")
	}
	t.must(a.Migrate(t.ctx()), "Migrate")
	t.must(a.Check(t.ctx()), "Check after Migrate")
}

// damagedCheck is the name of [checkDamaged].
const damagedCheck = "OPT-03/check_finds_what_is_missing"

// checkDamaged removes a part of a store that Check has found to be complete. It detects
// a Check that remembers its result, or does not examine all parts.
func checkDamaged[U, S any](t *tester[U, S]) {
	s := t.newStore()
	a := t.openNamed(s)
	t.requireMigrator(a)
	damage := t.requireDamage()
	t.must(a.Check(t.ctx()), "Check after Migrate")
	damage(t, s)
	for range 2 { // the first call must change nothing
		t.wantClass(a.Check(t.ctx()), spec.ErrFailed, "Check of a store from which Options.Damage took a part")
	}
}

// requireDamage returns Options.Damage, or ends the check if there is no such hook.
func (t *tester[U, S]) requireDamage() func(TB, Store) {
	damage := t.runner.options.Damage
	if damage == nil {
		t.notRun("needs Options.Damage, or a waiver of " + damagedCheck + " that says why it is missing")
	}
	return damage
}
