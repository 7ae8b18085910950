package mongo_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Each call has the expected round trips. SessionAndUser is called on every request.
func TestRoundTrips(t *testing.T) {
	for _, members := range []int{standalone, replicaSet} {
		t.Run(fmt.Sprint(members), func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, members, nil)
			a := p.ready(p.open())
			ctx := t.Context()
			next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "$next"}
			create := map[string]int{"insert": 1, "find": 1, "update": 1}
			remove := map[string]int{"delete": 2}
			unknown := map[string]int{"insert": 1, "find": 1, "delete": 1}
			taken := map[string]int{"11000": 1, "find": 1}
			if members > 0 {
				// A refusal costs two more, to ensure that a majority has the data.
				unknown = map[string]int{"insert": 1, "update": 1, "find": 1, "commitTransaction": 1}
				taken = map[string]int{"11000": 1, "find": 1, "commitTransaction": 1}
				create = map[string]int{"insert": 1, "update": 1, "commitTransaction": 1}
				remove["commitTransaction"] = 1
			}
			for _, test := range []struct {
				call string
				want map[string]int
				do   func() error
			}{
				{"CreateUser", map[string]int{"insert": 1}, func() error { return a.CreateUser(ctx, named("bob")) }},
				{"User", map[string]int{"find": 1}, func() error { _, err := a.User(ctx, "bob"); return err }},
				{"UserBy", map[string]int{"find": 1}, func() error { _, err := a.UserBy(ctx, "Email", "bob@example.com"); return err }},
				{"UpdateUser", map[string]int{"update": 1}, func() error {
					return a.UpdateUser(ctx, "bob", named("bob").Attributes, attr.All[Person]())
				}},
				{"UpdateUser of nothing", map[string]int{"find": 1}, func() error {
					return a.UpdateUser(ctx, "bob", Person{}, attr.Mask[Person]{})
				}},
				{"CreateSession", create, func() error { return a.CreateSession(ctx, owned("laptop", "bob")) }},
				{"CreateSession of an unknown user", unknown, func() error {
					return wantError(spec.ErrUserNotFound, a.CreateSession(ctx, owned("tablet", "unknown")))
				}},
				{"CreateSession, taken", taken, func() error {
					return wantError(spec.ErrSessionExists, a.CreateSession(ctx, owned("laptop", "bob")))
				}},
				{"CreateSession, anonymous", map[string]int{"insert": 1}, func() error { return a.CreateSession(ctx, owned("visitor", "")) }},
				{"Session", map[string]int{"find": 1}, func() error { _, err := a.Session(ctx, "laptop"); return err }},
				{"SessionAndUser", map[string]int{"aggregate": 1}, func() error { _, _, err := a.SessionAndUser(ctx, "laptop"); return err }},
				{"UserSessions", map[string]int{"find": 1}, func() error { _, err := a.UserSessions(ctx, "bob"); return err }},
				{"UpdateSession", map[string]int{"update": 1}, func() error {
					return a.UpdateSession(ctx, "laptop", Device{"x"}, attr.All[Device]())
				}},
				{"SwapLease", map[string]int{"findAndModify": 1}, func() error { return a.SwapLease(ctx, "laptop", lease, next) }},
				{"SwapLease, stale", map[string]int{"findAndModify": 1}, func() error {
					return wantError(spec.ErrStale, a.SwapLease(ctx, "laptop", lease, next))
				}},
				{"DeleteExpiredSessions", map[string]int{"find": 1, "delete": 1}, func() error {
					n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 10})
					if n != 1 {
						return fmt.Errorf("%d sessions, %w", n, err)
					}
					return err
				}},
				{"DeleteSession", map[string]int{"delete": 1}, func() error { return a.DeleteSession(ctx, "visitor") }},
				{"DeleteUserSessionsExcept", map[string]int{"delete": 1}, func() error {
					_, err := a.DeleteUserSessionsExcept(ctx, "ann", "x")
					return err
				}},
				{"DeleteUserSessions", map[string]int{"delete": 1}, func() error { _, err := a.DeleteUserSessions(ctx, "ann"); return err }},
				{"DeleteUser", remove, func() error { return a.DeleteUser(ctx, "bob") }},
			} {
				want := 0
				for _, n := range test.want {
					want += n
				}
				got := servertest.Cost(t, p.Counts, test.do)
				if got.RoundTrips != want || !maps.Equal(got.Answers, test.want) {
					t.Errorf("MongoDB, %s: got %d round trips, %v, want %v", test.call, got.RoundTrips, got.Answers, test.want)
				}
			}
		})
	}
}

// wantError returns an error unless err is of a class.
func wantError(class, err error) error {
	if spec.ClassOf(err) != class {
		return fmt.Errorf("got %w, want the class %q", err, class)
	}
	return nil
}

// A thousand sessions are returned in one batch.
func TestUserSessionsIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	a := p.ready(p.open())
	var rows []any
	for i := range 1000 {
		rows = append(rows, bson.D{{Key: "_id", Value: fmt.Sprintf("s%04d", i)}, {Key: "user_id", Value: "ann"},
			{Key: "created_at", Value: noon}, {Key: "active_until", Value: noon}, {Key: "expires_at", Value: noon}, {Key: "credential", Value: ""}})
	}
	_, err := p.sessions.InsertMany(t.Context(), rows)
	servertest.OK(t, err)
	var list []spec.Session[Device]
	got := servertest.Cost(t, p.Counts, func() (err error) { list, err = a.UserSessions(t.Context(), "ann"); return err })
	if got.RoundTrips != 1 || len(list) != 1001 || list[0].ID != "phone" || list[1000].ID != "s0999" {
		t.Errorf("got %d sessions in %d round trips, want 1001 in one", len(list), got.RoundTrips)
	}
}

// Every call finds its documents with an index, according to the server's profiler. That
// includes UserBy, whose index is partial.
func TestQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	servertest.OK(t, a.CreateUser(ctx, named("bob")))
	ours := bson.D{{Key: "ns", Value: bson.D{{Key: "$in", Value: bson.A{
		p.db.Name() + "." + p.users.Name(), p.db.Name() + "." + p.sessions.Name()}}}}}
	profile := func(level int) {
		servertest.OK(t, p.db.RunCommand(context.Background(), bson.D{{Key: "profile", Value: level}, {Key: "filter", Value: ours}}).Err())
	}
	profile(2)
	defer profile(0)
	for _, do := range []func() error{
		func() error { _, err := a.User(ctx, "ann"); return err },
		func() error { _, err := a.UserBy(ctx, "Email", "ann@example.com"); return err },
		func() error { return a.UpdateUser(ctx, "ann", named("ann").Attributes, attr.All[Person]()) },
		func() error { _, err := a.Session(ctx, "phone"); return err },
		func() error { _, _, err := a.SessionAndUser(ctx, "phone"); return err },
		func() error { _, err := a.UserSessions(ctx, "ann"); return err },
		func() error { return a.UpdateSession(ctx, "phone", Device{"x"}, attr.All[Device]()) },
		func() error { return a.SwapLease(ctx, "phone", lease, lease) },
		func() error { _, err := a.DeleteUserSessionsExcept(ctx, "bob", "x"); return err },
		func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 10})
			return err
		},
		func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, UserID: "ann", Limit: 10})
			return err
		},
		func() error { return a.DeleteSession(ctx, "phone") },
		func() error { return a.DeleteUser(ctx, "bob") },
	} {
		servertest.OK(t, do())
	}
	cursor, err := p.db.Collection("system.profile").Find(ctx, ours)
	servertest.OK(t, err)
	var commands []struct {
		Op, PlanSummary string
		HasSortStage    bool `bson:"hasSortStage"`
	}
	servertest.OK(t, cursor.All(ctx, &commands))
	plans := map[string]bool{}
	for _, c := range commands {
		if c.PlanSummary == "COLLSCAN" || c.HasSortStage {
			t.Errorf("%s: %s, sorts %t", c.Op, c.PlanSummary, c.HasSortStage)
		}
		plans[c.PlanSummary] = true
	}
	for _, plan := range []string{"IXSCAN { email: 1 }", "IXSCAN { user_id: 1, created_at: 1, _id: 1 }", "IXSCAN { expires_at: 1 }", "IDHACK"} {
		if !plans[plan] {
			t.Errorf("no command has the plan %s: %v", plan, plans)
		}
	}
}
