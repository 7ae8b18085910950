package mysql_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// triggers are what applications keep on the tables of users and sessions. %s
// is the table.
var triggers = []struct{ name, text string }{
	{"audit, before", "BEFORE UPDATE ON %s FOR EACH ROW INSERT INTO audit VALUES (OLD.name)"},
	{"audit, after", "AFTER UPDATE ON %s FOR EACH ROW INSERT INTO audit VALUES (OLD.name)"},
	{"audit with AUTO_INCREMENT", "AFTER UPDATE ON %s FOR EACH ROW INSERT INTO numbered (what) VALUES (OLD.name)"},
	{"time of the update", "BEFORE UPDATE ON %s FOR EACH ROW SET NEW.updated_at = NOW()"},
	{"variable", "BEFORE UPDATE ON %s FOR EACH ROW SELECT COUNT(*) INTO @tenon_test FROM audit"},
	{"update of another table", "AFTER UPDATE ON %s FOR EACH ROW UPDATE counter SET n = n + 1"},
	{"upsert", "AFTER UPDATE ON %s FOR EACH ROW INSERT INTO counter VALUES (1, 1) ON DUPLICATE KEY UPDATE n = n + 1"},
	{"nothing", "BEFORE UPDATE ON %s FOR EACH ROW SET NEW.name = NEW.name"},
	{"last insert id", "BEFORE UPDATE ON %s FOR EACH ROW SET @tenon_test = LAST_INSERT_ID(1)"},
}

// The effects of a trigger never change the result of an update, however the server counts
// rows.
func TestUpdateTriggers(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, found := range []string{"false", "true"} {
			p := newPlace(t, s, url.Values{"clientFoundRows": {found}})
			a := p.ready(p.open())
			p.exec("CREATE TABLE audit (what TEXT)", "CREATE TABLE numbered (n BIGINT AUTO_INCREMENT PRIMARY KEY, what TEXT)",
				"CREATE TABLE counter (id INT PRIMARY KEY, n INT)", "INSERT INTO counter VALUES (1, 1)",
				"ALTER TABLE users ADD updated_at DATETIME", "ALTER TABLE sessions ADD updated_at DATETIME")
			for _, trigger := range triggers {
				for _, table := range []string{"users", "sessions"} {
					p.exec("CREATE TRIGGER on_" + table + " " + fmt.Sprintf(trigger.text, table))
				}
				servertest.OK(t, a.Check(t.Context()))
				updates(t, a, trigger.name+", clientFoundRows="+found)
				p.exec("DROP TRIGGER on_users", "DROP TRIGGER on_sessions")
			}
		}
	})
}

// updates tries all updates, of ann, her phone and of what is not there, and
// leaves both as they were.
func updates(t *testing.T, a *adapter, name string) {
	t.Helper()
	ctx := t.Context()
	want := func(class, err error, call string) {
		t.Helper()
		servertest.WantClass(t, err, class, name+": "+call)
	}
	user, device := attr.All[Person](), attr.All[Device]()
	other := Person{Email: "other@example.com", Name: "Other"}
	next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "next"}

	want(nil, a.UpdateUser(ctx, ann.ID, other, user), "UpdateUser")
	want(nil, a.UpdateUser(ctx, ann.ID, other, user), "UpdateUser with the same")
	want(spec.ErrUserNotFound, a.UpdateUser(ctx, "unknown", other, user), "UpdateUser of an absent user")
	want(nil, a.UpdateSession(ctx, phone.ID, Device{Name: "x"}, device), "UpdateSession")
	want(nil, a.UpdateSession(ctx, phone.ID, Device{Name: "x"}, device), "UpdateSession with the same")
	want(spec.ErrSessionNotFound, a.UpdateSession(ctx, "none", Device{Name: "x"}, device), "UpdateSession of none")
	want(nil, a.SwapLease(ctx, phone.ID, lease, next), "SwapLease")
	want(nil, a.SwapLease(ctx, phone.ID, next, next), "SwapLease to the same")
	want(spec.ErrStale, a.SwapLease(ctx, phone.ID, lease, next), "SwapLease that is stale")
	want(spec.ErrSessionNotFound, a.SwapLease(ctx, "none", lease, next), "SwapLease of none")

	changed := phone
	changed.Lease, changed.Attributes = next, Device{Name: "x"}
	if got, u, err := a.SessionAndUser(ctx, phone.ID); err != nil || got != changed || u.Attributes != other {
		t.Errorf("%s: after the updates: got %+v, %+v, %v", name, got, u, err)
	}
	want(nil, a.UpdateUser(ctx, ann.ID, ann.Attributes, user), "UpdateUser back")
	want(nil, a.UpdateSession(ctx, phone.ID, phone.Attributes, device), "UpdateSession back")
	want(nil, a.SwapLease(ctx, phone.ID, next, lease), "SwapLease back")
}
