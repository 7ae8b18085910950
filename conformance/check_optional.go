package conformance

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

func optionalChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "OPT-02", sentence: "a_field_that_is_not_unique_or_not_there_is_invalid", users: true, run: userByFields[U, S]},
		{clause: "OPT-03", sentence: "migrate_again_loses_nothing", run: migrateAgain[U, S]},
		{clause: "OPT-03", sentence: "migrate_by_ten_at_once", run: migrateTogether[U, S]},
		{clause: "OPT-04", sentence: "describes_itself", run: describesItself[U, S]},
		{clause: "OPT-04", sentence: "answers_ping", run: answersPing[U, S]},
	}
}

// requireFinder ends the check unless the adapter finds users by their attributes.
func (t *tester[U, S]) requireFinder(a front[U, S]) {
	if !offers[spec.UserFinder](a) {
		t.notOffered("the adapter does not implement spec.UserFinder: UserBy of its store fails with spec.ErrUnsupported")
	}
}

// requireMigrator ends the check unless the adapter implements [spec.Migrator].
func (t *tester[U, S]) requireMigrator(a front[U, S]) {
	if !offers[spec.Migrator](a) {
		t.notOffered("the adapter does not implement spec.Migrator: it makes no tables")
	}
}

func userByFields[U, S any](t *tester[U, S]) {
	a := t.open()
	t.requireFinder(a)
	w := t.seed(a)
	for _, field := range []string{"", "Nope", "ID", "id", "*", "1", "Attributes", "UserID", "email\" = 'x' OR 1=1 --", strings.Repeat("x", 1000), "\x00", "\xff"} {
		_, err := a.UserBy(t.ctx(), field, ann)
		t.wantClass(err, spec.ErrInvalid, "UserBy of %s, which is no unique attribute", shortenID(field))
	}
	for _, f := range fields[U](t) {
		if !f.Unique {
			_, err := a.UserBy(t.ctx(), f.Name, ann)
			t.wantClass(err, spec.ErrInvalid, "UserBy of %s, which is not unique", f.Name)
		}
		if f.Column != f.Name {
			_, err := a.UserBy(t.ctx(), f.Column, ann)
			t.wantClass(err, spec.ErrInvalid, "UserBy of %q, which is a column and no Go name", f.Column)
		}
		for _, name := range []string{strings.ToUpper(f.Name), f.Name + " ", "User." + f.Name} {
			_, err := a.UserBy(t.ctx(), name, ann)
			t.wantClass(err, spec.ErrInvalid, "UserBy of %q, which is no Go name", name)
		}
	}
	w.compare(a, "after UserBy of fields that are not unique or not there")
}

func migrateAgain[U, S any](t *tester[U, S]) {
	a := t.open()
	t.requireMigrator(a)
	t.must(a.Check(t.ctx()), "Check of a store that is ready for use")
	w := t.seed(a)
	for range 2 {
		t.must(a.Migrate(t.ctx()), "Migrate of a store that is ready for use")
		w.compare(a, "after Migrate of a store with data")
		t.must(a.Check(t.ctx()), "Check after Migrate")
		w.compare(a, "after Check")
	}
	// The constraints of the tables must be in effect as before.
	if t.users {
		t.wantClass(a.CreateUser(t.ctx(), w.newUser(ann)), spec.ErrUserExists, "CreateUser with a taken id, after Migrate")
		t.wantClass(a.CreateSession(t.ctx(), w.newSession("fresh", "unknown")), spec.ErrUserNotFound, "CreateSession for an absent user, after Migrate")
	}
	t.wantClass(a.CreateSession(t.ctx(), w.newSession(annPhone, ann)), spec.ErrSessionExists, "CreateSession with a taken id, after Migrate")
	w.changeAll(a)
	w.createUser(a, "newcomer")
	w.createSession(a, "s-newcomer", "newcomer")
	w.compare(a, "after writes after Migrate")
}

func migrateTogether[U, S any](t *tester[U, S]) {
	store := t.newStore()
	a := t.openNamed(store)
	t.requireMigrator(a)
	handles := []front[U, S]{a}
	w := t.seed(a)
	if !t.weaknesses(a).Volatile {
		for range 2 { // two handles, like two other processes
			handles = append(handles, t.openNamed(store))
		}
	}
	t.runTogether(10, func(i int) {
		err := handles[i%len(handles)].Migrate(t.ctx())
		t.wantSuccess(err, "Migrate by ten at once")
	})
	for _, handle := range handles {
		t.must(handle.Check(t.ctx()), "Check after Migrate by ten at once")
	}
	w.compare(a, "after Migrate by ten at once")
}

func describesItself[U, S any](t *tester[U, S]) {
	a := t.open()
	if !offers[spec.Describer](a) {
		t.notOffered("the adapter does not implement spec.Describer")
	}
	d, err := a.Describe(t.ctx())
	t.must(err, "Describe")
	for field, text := range map[string]string{"Name": d.Name, "Engine": d.Engine, "Version": d.Version} {
		if text == "" || strings.TrimSpace(text) != text || strings.ContainsAny(text, "\n\r\t") {
			t.Errorf("Describe: %s\n  got:  %q\n  want: text of one line", field, text)
		}
	}
	if c := d.Weaknesses; c.ExpirySlack < 0 || c.ExpirySlack > 0 && !c.Expires {
		t.Errorf("Describe: Weaknesses\n  got:  %+v\n  want: a slack that is not negative, and none unless the store expires rows", c)
	}
	again, err := a.Describe(t.ctx())
	t.must(err, "Describe again")
	t.want(again, d, "Describe again")
}

func answersPing[U, S any](t *tester[U, S]) {
	a := t.open()
	if !offers[spec.Pinger](a) {
		t.notOffered("the adapter does not implement spec.Pinger")
	}
	t.must(a.Ping(t.ctx()), "Ping of a store that has not been called yet")
	w := t.seed(a)
	done, cancel := context.WithCancel(t.ctx())
	cancel()
	t.wantClass(a.Ping(done), context.Canceled, "Ping with a context that is done")
	t.must(a.Ping(t.ctx()), "Ping after one that was cancelled")
	w.compare(a, "after Ping")
}
