package redis_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// device has the attributes of sessions in a Cluster, none of them unique.
type device struct{ Name string }

// noon is long ago, so an adapter that used a clock of its own would fail.
var noon = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

func newSession(id, userID string) spec.Session[device] {
	return spec.Session[device]{ID: id, UserID: userID, CreatedAt: noon, Attributes: device{"of " + id},
		Lease: spec.Lease{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "a digest"}}
}

// clusterStore is a store in a Cluster, with a client that does not use the adapter.
type clusterStore struct {
	*spec.SessionStore[device]
	client *driver.ClusterClient
	prefix string
}

func newClusterStore(t *testing.T) clusterStore {
	t.Helper()
	place := servertest.NewPlace(t, servers.Redis(t, containers.RedisOptions{Nodes: 3}), nil)
	settings, err := driver.ParseClusterURL(place.DSN)
	servertest.OK(t, err)
	client := driver.NewClusterClient(settings)
	t.Cleanup(func() { servertest.OK(t, client.Close()) })
	store, err := redis.NewSessions[device](t.Context(), client, redis.WithPrefix(place.Name))
	servertest.OK(t, err)
	return clusterStore{store, client, place.Name}
}

// list returns the key of a user's list, or "".
func (s clusterStore) list(t *testing.T, userID string) (found string) {
	t.Helper()
	servertest.OK(t, s.client.ForEachMaster(t.Context(), func(ctx context.Context, node *driver.Client) error {
		keys, err := node.Keys(ctx, s.prefix+":{*}:user:"+userID).Result()
		if len(keys) > 0 {
			found = keys[0]
		}
		return err
	}))
	return found
}

func (s clusterStore) entries(t *testing.T, list string) []string {
	t.Helper()
	entries, err := s.client.ZRange(t.Context(), list, 0, -1).Result()
	servertest.OK(t, err)
	return entries
}

func (s clusterStore) ids(t *testing.T, userID string) []string {
	t.Helper()
	list, err := s.UserSessions(t.Context(), userID)
	servertest.OK(t, err)
	var ids []string
	for _, session := range list {
		ids = append(ids, session.ID)
	}
	return ids
}

// TestListsInCluster tests lists with the entries of interrupted calls, and with sessions
// whose ids are used again.
func TestListsInCluster(t *testing.T) {
	t.Parallel()
	s := newClusterStore(t)
	for _, id := range []string{"phone", "laptop"} {
		servertest.OK(t, s.CreateSession(t.Context(), newSession(id, "ann")))
	}
	list := s.list(t, "ann")

	// An existing session stays in its list, whoever tries to create it again.
	for _, userID := range []string{"ann", "bob"} {
		servertest.WantClass(t, s.CreateSession(t.Context(), newSession("phone", userID)), spec.ErrSessionExists, "CreateSession again")
	}
	if got := s.ids(t, "ann"); !slices.Equal(got, []string{"laptop", "phone"}) {
		t.Errorf("after creating one again: %q", got)
	}
	if got := len(s.entries(t, list)); got != 2 {
		t.Errorf("the list has %d entries", got)
	}

	// An entry without a session is not returned by any call, and removed when it is old.
	now, err := s.client.Time(t.Context()).Result()
	servertest.OK(t, err)
	for entry, age := range map[string]time.Duration{"young\x00x": time.Minute, "old\x00x": 2 * time.Hour, "phone\x00other": 2 * time.Hour} {
		servertest.OK(t, s.client.ZAdd(t.Context(), list, driver.Z{Score: float64(now.Add(-age).Unix()), Member: entry}).Err())
	}
	if got := s.ids(t, "ann"); !slices.Equal(got, []string{"laptop", "phone"}) {
		t.Errorf("with entries without sessions: %q", got)
	}
	n, err := s.DeleteUserSessionsExcept(t.Context(), "ann", "phone")
	servertest.OK(t, err)
	got := s.entries(t, list)
	if n != 1 || len(got) != 2 || !slices.Contains(got, "young\x00x") || !slices.ContainsFunc(got, func(entry string) bool {
		return strings.HasPrefix(entry, "phone\x00") && entry != "phone\x00other"
	}) {
		t.Errorf("deleted %d; the list has %q, want the young entry and that of the session", n, got)
	}

	// The id of a deleted session now belongs to another user's session.
	servertest.OK(t, s.DeleteSession(t.Context(), "phone"))
	servertest.OK(t, s.client.ZAdd(t.Context(), list, driver.Z{Score: float64(now.Unix()), Member: "phone\x00x"}).Err())
	servertest.OK(t, s.CreateSession(t.Context(), newSession("phone", "bob")))
	if got := s.ids(t, "ann"); got != nil {
		t.Errorf("ann has bob's session: %q", got)
	}
	n, err = s.DeleteUserSessions(t.Context(), "ann")
	servertest.OK(t, err)
	if n != 0 || !slices.Equal(s.ids(t, "bob"), []string{"phone"}) {
		t.Errorf("deleted %d of bob's sessions", n)
	}

	// A sweep of everyone removes entries, too.
	n, err = s.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: noon.Add(3 * time.Hour), Everyone: true, Limit: 10})
	servertest.OK(t, err)
	if left := s.list(t, "bob"); n != 1 || left != "" {
		t.Errorf("swept %d; bob's list is %q", n, left)
	}
}

// TestUniqueInCluster: attributes cannot be unique, since a script cannot reach other slots.
func TestUniqueInCluster(t *testing.T) {
	t.Parallel()
	s := newClusterStore(t)
	type unique struct {
		Device string `db:",unique,max=40"`
	}
	_, err := redis.NewSessions[unique](t.Context(), s.client, redis.WithPrefix(s.prefix))
	servertest.WantClass(t, err, spec.ErrInvalid, "NewSessions with a unique attribute")
}
