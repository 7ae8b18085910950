package conformance

import (
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sessionListOrder[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	milli := time.Millisecond
	east := time.FixedZone("", 14*60*60)
	rows := []struct {
		id      string
		created time.Time
	}{
		// At the same time the bytes of the ids decide, not letters, numbers or lengths.
		{"b", noon}, {"ä", noon}, {"a", noon}, {"Z", noon}, {"S", noon}, {"s-9", noon}, {"s-10", noon}, {"_", noon},
		{"a ", noon}, {"a\u0301", noon}, {"aa", noon}, {"\U0001f600", noon}, {"\uffee", noon}, {"0", noon}, {"-1", noon},
		// Within the same millisecond finer digits do not decide.
		{"f2", noon.Add(milli)}, {"f1", noon.Add(milli + 999*time.Microsecond)}, {"f3", noon.Add(milli + 1)},
		// Zones do not decide.
		{"zone", noon.Add(2 * milli).In(east)}, {"later", noon.Add(3 * milli)},
		// Nor the number of digits, nor a sign.
		{"year 1", time.Time{}.Add(milli)}, {"year 999", time.Date(999, 12, 31, 0, 0, 0, 0, time.UTC)},
		{"before 1970", time.UnixMilli(-1)}, {"just before 1970", time.UnixMilli(-1).Add(milli - 1)}, {"1970", time.UnixMilli(0)},
		{"ten digits", time.UnixMilli(999_999_999_999)}, {"eleven digits", time.UnixMilli(1_000_000_000_000)},
		{"whole second", noon.Truncate(time.Second)}, {"tenth", noon.Truncate(time.Second).Add(100 * milli)},
		{"hundredth", noon.Truncate(time.Second).Add(20 * milli)},
		{"year 9999", endOfTime},
	}
	for i := range rows { // in an order that is neither that of the times nor that of the ids
		row := rows[i*7%len(rows)]
		s := w.newSession(row.id, ann)
		s.CreatedAt = row.created
		if i%3 == 0 {
			s.ExpiresAt = time.Time{} // long expired
		}
		w.addSession(a, s)
	}
	w.compare(a, "after CreateSession in no order")
	// A row that is updated keeps its position.
	for _, id := range []string{"a", "year 1", "f2"} {
		t.must(a.UpdateSession(t.ctx(), id, t.samples.session(98), attr.Mask[S]{}), "UpdateSession with the empty mask")
		w.swap(a, id, w.newSession(id, ann).Lease)
	}
	w.compare(a, "after UpdateSession and SwapLease of some")
}

func sessionListChanges[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSession(a, "s-1", ann)
	w.compare(a, "after CreateSession")

	s := w.sessions["s-1"]
	s.Attributes = w.newSession("s-1", ann).Attributes
	t.must(a.UpdateSession(t.ctx(), "s-1", s.Attributes, attr.All[S]()), "UpdateSession")
	w.sessions["s-1"] = s
	w.compare(a, "after UpdateSession")

	w.swap(a, annPhone, w.newSession(annPhone, ann).Lease)
	w.compare(a, "after SwapLease")

	w.deleteSession(a, annPhone, "DeleteSession")
	w.compare(a, "after DeleteSession")

	w.createSession(a, annPhone, annUpper)
	w.compare(a, "after CreateSession with the id that another user's session had")

	n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: ann, Limit: 1})
	t.must(err, "DeleteExpiredSessions")
	t.want(n, int64(1), "the count of DeleteExpiredSessions with a limit of 1")
	list, err := a.UserSessions(t.ctx(), ann)
	t.must(err, "UserSessions after DeleteExpiredSessions")
	t.want(len(list), 1, "the length of UserSessions after DeleteExpiredSessions took one of two")
	for _, id := range []string{annLaptop, "s-1"} {
		if len(list) != 1 || list[0].ID != id {
			w.forgetSession(id)
		}
	}
	w.compare(a, "after DeleteExpiredSessions")

	w.deleteExcept(a, "keeping one", annUpper, upperLaptop)
	w.createSession(a, "s-2", annSpace)
	w.compare(a, "after CreateSession for a user who had none")
	w.sweepEverything(a, "after changes of every kind")
}

// Some stores find a user's sessions by a prefix of a key, or join a user's and a
// session's id with a character between them. They can confuse users whose ids contain
// that character.
func sessionListPrefixes[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, "a")
	separators := []string{"", "/", ":", "|", "-", ".", "_", "%", "*", ",", ";", "#", " ", "\t", "\n", "\\", "'", "\x01", "\x1f", "\x7f", "\u00ff"}
	for i, sep := range separators {
		other := fmt.Sprintf("a%sb%d", sep, i)
		w.createUser(a, other)
		w.createSession(a, fmt.Sprintf("b%d%sc%d", i, sep, i), "a")
		w.createSession(a, fmt.Sprintf("c%d", i), other)
	}
	w.compare(a, "after CreateSession for users whose ids begin alike")
	w.deleteExcept(a, "of the user whose id others begin with, keeping one of another user", "a", "c3")
	w.forgetGone()
	w.deleteExcept(a, "of a user whose id begins with another's", "a/b1")
	w.createSession(a, "b0", "a")
	n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: "a", Limit: 100})
	t.must(err, "DeleteExpiredSessions of one user")
	t.want(n, int64(1), "the count of DeleteExpiredSessions of the user whose id others begin with")
	w.forgetSession("b0")
	w.compare(a, "after DeleteExpiredSessions of the user whose id others begin with")
	if t.users {
		w.deleteUser(a, "a", "DeleteUser")
		w.compare(a, "after DeleteUser of the user whose id others begin with")
	}
	w.sweepEverything(a, "after changes of users whose ids begin alike")
}

func sessionListUnknown[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, userID := range []string{"", "unknown", "Ann", "ann  ", "an", "a%", "*", annPhone, visitor, annSpace} {
		list, err := a.UserSessions(t.ctx(), userID)
		t.must(err, "UserSessions(%q), of which there are none", userID)
		t.want(len(list), 0, "the length of UserSessions(%q)", userID)
	}
	w.compare(a, "after UserSessions of unknown users")
}

func sessionAndUser[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a) // compare also reads by SessionAndUser
	w.compare(a, "after CreateUser and CreateSession")

	u := w.newUser(ann)
	t.must(a.UpdateUser(t.ctx(), ann, u.Attributes, attr.All[U]()), "UpdateUser")
	w.users[ann] = u
	w.compare(a, "after UpdateUser")

	for _, id := range []string{annLaptop, visitor} {
		s := w.sessions[id]
		s.Attributes = w.newSession(id, s.UserID).Attributes
		t.must(a.UpdateSession(t.ctx(), id, s.Attributes, attr.All[S]()), "UpdateSession")
		w.sessions[id] = s
		w.compare(a, "after UpdateSession")
		w.swap(a, id, w.newSession(id, s.UserID).Lease)
		w.compare(a, "after SwapLease")
	}

	w.deleteSession(a, annPhone, "DeleteSession")
	w.compare(a, "after DeleteSession")
	w.deleteUser(a, annUpper, "DeleteUser")
	w.compare(a, "after DeleteUser")

	// A session can have the same id as a user.
	w.createSession(a, ann, annSpace)
	w.createSession(a, annSpace, ann)
	w.compare(a, "after CreateSession with the ids of users")
}

func sessionAndUserAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"unknown", ann, annUpper, "S-Ann", "s-ann  ", "s-%"} {
		s, u, err := a.SessionAndUser(t.ctx(), id)
		t.wantClass(err, spec.ErrSessionNotFound, "SessionAndUser(%q), which is absent", id)
		t.want(s, spec.Session[S]{}, "the session of SessionAndUser(%q), which is absent", id)
		t.want(u, spec.User[U]{}, "the user of SessionAndUser(%q), which is absent", id)
	}
	w.compare(a, "after SessionAndUser of absent sessions")
}
