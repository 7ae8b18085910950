package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// failing is a way in which the server fails a command.
func failing(command string, how ...bson.E) bson.D {
	return append(bson.D{{Key: "failCommands", Value: bson.A{command}}}, how...)
}

func errorCode(code int) bson.E { return bson.E{Key: "errorCode", Value: code} }

var (
	closing     = bson.E{Key: "closeConnection", Value: true}
	unapplied   = bson.E{Key: "errorLabels", Value: bson.A{"NoWritesPerformed"}}
	transient   = bson.E{Key: "errorLabels", Value: bson.A{"TransientTransactionError"}}
	notMajority = bson.E{Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 64}, {Key: "errmsg", Value: "quagga"}}}
	refused     = bson.E{Key: "errorCode", Value: 13}
)

// The server fails a command a number of times. The class of the call's error must match
// what happened. A server can have only one such failure at a time, so the tests take turns.
func TestErrorsByCode(t *testing.T) {
	t.Parallel()
	takeFailPoint(t)
	once, always := times(1), "alwaysOn"
	unretried := url.Values{"retryWrites": {"false"}}
	create := func(ctx context.Context, a *adapter) error { return a.CreateUser(ctx, named("bob")) }
	session := func(ctx context.Context, a *adapter) error { return a.CreateSession(ctx, owned("laptop", "ann")) }
	read := func(ctx context.Context, a *adapter) error { _, err := a.User(ctx, "ann"); return err }
	for _, test := range []struct {
		name       string
		members    int
		parameters url.Values
		mode       any
		failure    bson.D
		call       func(context.Context, *adapter) error
		want       error
		code       int // that the error tells; 0: none
	}{
		{"stopped, and the driver gets over it", replicaSet, nil, once, failing("insert", errorCode(262)), create, nil, 0},
		{"stopped", replicaSet, nil, always, failing("insert", errorCode(262)), create, spec.ErrIndeterminate, 262},
		{"stopped before anything was written", replicaSet, unretried, always, failing("insert", errorCode(262), unapplied), create, spec.ErrUnavailable, 262},
		{"stopped, standalone", standalone, nil, once, failing("insert", errorCode(262)), create, spec.ErrIndeterminate, 262},
		{"no primary, twice", replicaSet, nil, always, failing("insert", errorCode(10107)), create, spec.ErrIndeterminate, 10107},
		{"no primary, once", replicaSet, unretried, always, failing("insert", errorCode(10107)), create, spec.ErrUnavailable, 10107},
		{"not durable", replicaSet, nil, always, failing("insert", notMajority), create, spec.ErrIndeterminate, 64},
		{"cut, and the driver gets over it", replicaSet, nil, once, failing("insert", closing), create, nil, 0},
		{"cut", replicaSet, nil, always, failing("insert", closing), create, spec.ErrIndeterminate, 0},
		{"cut, standalone", standalone, nil, once, failing("insert", closing), create, spec.ErrIndeterminate, 0},
		{"refused", replicaSet, nil, always, failing("insert", refused), create, spec.ErrFailed, 13},
		{"refused, standalone", standalone, nil, always, failing("insert", refused), create, spec.ErrFailed, 13},

		{"a read that is stopped", replicaSet, nil, always, failing("find", errorCode(262)), read, spec.ErrUnavailable, 262},
		{"a read without a primary", replicaSet, nil, always, failing("find", errorCode(13435)), read, spec.ErrUnavailable, 13435},
		{"a read that is cut", standalone, nil, always, failing("find", closing), read, spec.ErrUnavailable, 0},
		{"a read that is refused", replicaSet, nil, always, failing("find", refused), read, spec.ErrFailed, 13},

		{"a conflict that passes", replicaSet, nil, times(5), failing("update", errorCode(112)), session, nil, 0},
		{"a conflict", replicaSet, nil, always, failing("update", errorCode(112)), session, spec.ErrConflict, 112},
		{"cut in a transaction once", replicaSet, nil, once, failing("update", closing), session, nil, 0},
		{"cut in a transaction", replicaSet, nil, always, failing("update", closing), session, spec.ErrUnavailable, 0},
		{"a commit that is cut once", replicaSet, nil, once, failing("commitTransaction", closing), session, nil, 0},
		{"a commit that is cut thrice", replicaSet, nil, times(3), failing("commitTransaction", closing), session, nil, 0},
		{"a commit that is cut", replicaSet, nil, always, failing("commitTransaction", closing), session, spec.ErrIndeterminate, 0},
		{"a commit that is stopped", replicaSet, nil, always, failing("commitTransaction", errorCode(262)), session, spec.ErrIndeterminate, 262},
		{"a commit that comes too late once", replicaSet, nil, once, failing("commitTransaction", errorCode(251), transient), session, nil, 0},
		{"a commit that comes too late", replicaSet, nil, always, failing("commitTransaction", errorCode(251), transient), session, spec.ErrConflict, 251},

		{"the insert of a hidden session is cut", standalone, nil, once, failing("insert", closing), session, spec.ErrIndeterminate, 0},
		{"the look for its user is refused", standalone, nil, once, failing("find", refused), session, spec.ErrFailed, 13},
		{"its reveal is cut", standalone, nil, once, failing("update", closing), session, spec.ErrIndeterminate, 0},
		{"its reveal is refused", standalone, nil, once, failing("update", refused), session, spec.ErrFailed, 13},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t, test.members, test.parameters)
			p.DSN += "&appName=" + p.Name
			a := p.ready(p.open())
			p.fail(test.mode, test.failure)
			err := test.call(t.Context(), a)
			servertest.WantClass(t, err, test.want, test.name)
			p.wantCode(err, test.code)
			p.fail("off", nil)
			applied := p.count(p.users, bson.D{{Key: "_id", Value: "bob"}})+p.count(p.sessions, bson.D{{Key: "_id", Value: "laptop"}}) > 0
			switch {
			case test.want == nil && !applied && !strings.HasPrefix(test.name, "a read"):
				t.Error("it succeeded and did nothing")
			case test.want != nil && test.want != spec.ErrIndeterminate && applied:
				t.Errorf("what is %v was applied", test.want)
			}
			// No lock is left.
			servertest.OK(t, a.UpdateUser(t.Context(), "ann", ann.Attributes, attr.All[Person]()))
			servertest.OK(t, a.DeleteSession(t.Context(), "laptop"))
			servertest.OK(t, session(t.Context(), a))
			servertest.OK(t, a.DeleteUser(t.Context(), "ann"))
			if n := p.count(p.sessions, bson.D{}); n != 0 {
				t.Errorf("%d sessions are left", n)
			}
		})
	}
}

// wantCode fails the test unless err wraps the server's error with this code, and its text
// contains the code but not the server's text.
func (p *place) wantCode(err error, code int) {
	p.t.Helper()
	if err == nil || code == 0 {
		return
	}
	e, ok := errors.AsType[driver.ServerError](err)
	if !ok || !e.HasErrorCode(code) {
		p.t.Errorf("got %v (%v), want the server's %d", err, e, code)
	}
	if text := err.Error(); strings.Contains(text, "quagga") || strings.Contains(text, "failpoint") || !strings.Contains(text, "(") {
		p.t.Errorf("the text is %q", text)
	}
}

// A list is read again while the server has no snapshot for it.
func TestListWithoutASnapshot(t *testing.T) {
	t.Parallel()
	takeFailPoint(t)
	p := newPlace(t, replicaSet, nil)
	p.DSN += "&appName=" + p.Name
	a := p.ready(p.open())
	p.fail(times(5), failing("find", errorCode(246)))
	list, err := a.UserSessions(t.Context(), "ann")
	if err != nil || len(list) != 1 {
		t.Errorf("got %d sessions, %v, want 1", len(list), err)
	}
	p.fail("alwaysOn", failing("find", errorCode(246)))
	_, err = a.UserSessions(t.Context(), "ann")
	servertest.WantClass(t, err, spec.ErrConflict, "UserSessions without a snapshot")
}

// If the server ends a call at its deadline, the error is the context's. If the server ends
// a call long before the deadline, that is due to another limit.
func TestDeadline(t *testing.T) {
	t.Parallel()
	takeFailPoint(t)
	p := newPlace(t, standalone, nil)
	p.DSN += "&appName=" + p.Name
	a := p.ready(p.open())
	p.fail("alwaysOn", failing("find", errorCode(50)))
	for ahead, class := range map[time.Duration]error{time.Second: context.DeadlineExceeded, time.Hour: spec.ErrUnavailable} {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(ahead))
		defer cancel()
		_, err := a.User(ctx, "ann")
		servertest.WantClass(t, err, class, "User with a deadline in "+ahead.String())
	}
	_, err := a.User(t.Context(), "ann")
	servertest.WantClass(t, err, spec.ErrUnavailable, "User without a deadline")
}

// An error for an attribute that an existing validator refuses names the attribute and the
// kind of the rule. A taken id or an unknown user takes precedence.
func TestValidatorOfOthers(t *testing.T) {
	t.Parallel()
	type Wide struct {
		Email string
		Age   *int64 `db:"age"`
		Name  string `db:"name"`
		Role  string `db:"role"`
	}
	p := newPlace(t, replicaSet, nil)
	ctx := t.Context()
	a, err := mongo.Open[Wide, Device](ctx, p.DSN, p.collections())
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(ctx))
	servertest.OK(t, a.CreateUser(ctx, spec.User[Wide]{ID: "ann", Attributes: Wide{Role: "admin"}}))
	rules := bson.D{
		{Key: "age", Value: bson.D{{Key: "bsonType", Value: "long"}, {Key: "minimum", Value: 18}, {Key: "maximum", Value: 99}}},
		{Key: "name", Value: bson.D{{Key: "maxLength", Value: 3}}},
		{Key: "role", Value: bson.D{{Key: "enum", Value: bson.A{"admin", "guest"}}}},
	}
	servertest.OK(t, p.db.RunCommand(ctx, bson.D{{Key: "collMod", Value: p.users.Name()}, {Key: "validator", Value: bson.D{
		{Key: "$jsonSchema", Value: bson.D{{Key: "properties", Value: rules}}}}}, {Key: "validationLevel", Value: "strict"}}).Err())
	age := func(n int64) *int64 { return &n }
	for _, test := range []struct {
		user      Wide
		kind      spec.ConstraintKind
		attribute string
	}{
		{Wide{Age: age(17), Role: "guest"}, spec.OutOfRange, "Age"},
		{Wide{Age: age(100), Role: "guest"}, spec.OutOfRange, "Age"},
		{Wide{Role: "guest"}, spec.Null, "Age"},
		{Wide{Age: age(20), Name: "quagga", Role: "guest"}, spec.TooLong, "Name"},
		{Wide{Age: age(20), Role: "quagga"}, spec.CheckRule, "Role"},
	} {
		for call, err := range map[string]error{
			"CreateUser": a.CreateUser(ctx, spec.User[Wide]{ID: "bob", Attributes: test.user}),
			"UpdateUser": a.UpdateUser(ctx, "ann", test.user, attr.All[Wide]()),
		} {
			servertest.WantClass(t, err, spec.ErrConstraint, call)
			var c *spec.ConstraintError
			if !errors.As(err, &c) || c.Kind != test.kind || c.Attribute != test.attribute {
				t.Errorf("%s of %+v: got %+v, want %s, %s", call, test.user, c, test.kind, test.attribute)
			}
			if err != nil && strings.Contains(err.Error(), "quagga") {
				t.Errorf("%s: the text has the value: %v", call, err)
			}
		}
		servertest.WantClass(t, a.CreateUser(ctx, spec.User[Wide]{ID: "ann", Attributes: test.user}), spec.ErrUserExists, "CreateUser with a taken id")
		servertest.WantClass(t, a.UpdateUser(ctx, "bob", test.user, attr.All[Wide]()), spec.ErrUserNotFound, "UpdateUser of an unknown user")
	}
}

// A document that is too large for the server is refused before it is sent. The server
// would not answer the largest ones.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	for _, size := range []int{16 << 20, 60 << 20} {
		huge := Person{Email: "bob@example.com", Name: strings.Repeat("x", size)}
		got := servertest.Cost(t, p.Counts, func() error {
			servertest.WantClass(t, a.CreateUser(ctx, spec.User[Person]{ID: "bob", Attributes: huge}), spec.ErrFailed, "CreateUser")
			servertest.WantClass(t, a.UpdateUser(ctx, "ann", huge, attr.All[Person]()), spec.ErrFailed, "UpdateUser")
			return nil
		})
		if got.RoundTrips != 0 {
			t.Errorf("%d bytes: sent %d times", size, got.RoundTrips)
		}
	}
	if got, err := a.User(ctx, "ann"); err != nil || got.Attributes.Name != "Ann" {
		t.Errorf("afterwards: got %v, %v", got.ID, err)
	}
}

// A document with an unexpected value is an error, which does not contain the value.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	set := func(in *driver.Collection, id, field string, value any) {
		t.Helper()
		servertest.OK(t, p.db.RunCommand(ctx, bson.D{{Key: "update", Value: in.Name()}, {Key: "bypassDocumentValidation", Value: true},
			{Key: "updates", Value: bson.A{bson.D{{Key: "q", Value: bson.D{{Key: "_id", Value: id}}},
				{Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: value}}}}}}}}}).Err())
	}
	for _, test := range []struct {
		in    *driver.Collection
		id    string
		field string
		value any
		good  any
	}{
		{p.users, "ann", "email", bson.A{"quagga"}, "ann@example.com"},
		{p.users, "ann", "name", nil, "Ann"},
		{p.users, "ann", "age", "quagga", nil},
		{p.sessions, "phone", "created_at", "quagga", noon},
		{p.sessions, "phone", "expires_at", nil, lease.ExpiresAt},
		{p.sessions, "phone", "credential", 7, lease.Credential},
		{p.sessions, "phone", "user_id", 7, "ann"},
		{p.sessions, "phone", "active_until", bson.DateTime(1 << 60), lease.ActiveUntil},
	} {
		set(test.in, test.id, test.field, test.value)
		_, _, err := a.SessionAndUser(ctx, "phone")
		servertest.WantClass(t, err, spec.ErrFailed, fmt.Sprintf("SessionAndUser with %s = %v", test.field, test.value))
		if err != nil && strings.Contains(err.Error(), "quagga") {
			t.Errorf("the text has the value: %v", err)
		}
		set(test.in, test.id, test.field, test.good)
	}
	if s, u, err := a.SessionAndUser(ctx, "phone"); err != nil || s != phone || u != ann {
		t.Errorf("afterwards: got %+v, %+v, %v", s, u, err)
	}
}
