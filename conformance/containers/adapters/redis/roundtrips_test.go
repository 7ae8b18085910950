package redis_test

import (
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestRoundTrips checks that each call takes one round trip, and two if it reads a list
// before its sessions.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for name, server := range standaloneServers(t) {
		place := servertest.NewPlace(t, server, nil)
		s, err := redis.OpenSessions[device](t.Context(), place.DSN, redis.WithPrefix(place.Name))
		servertest.OK(t, err)
		t.Cleanup(func() { servertest.OK(t, s.Close()) })
		phone, laptop, tablet := newSession("phone", "ann"), newSession("laptop", "ann"), newSession("tablet", "ann")
		next := phone.Lease
		next.ExpiresAt = noon
		for range 2 { // the first time a server may not know the script
			servertest.OK(t, s.CreateSession(t.Context(), laptop))
			servertest.OK(t, s.CreateSession(t.Context(), tablet))
			for _, c := range []struct {
				name string
				want int
				call func() error
			}{
				{"CreateSession", 1, func() error { return s.CreateSession(t.Context(), phone) }},
				{"Session", 1, func() error { _, err := s.Session(t.Context(), "phone"); return err }},
				{"UserSessions", 2, func() error { _, err := s.UserSessions(t.Context(), "ann"); return err }},
				{"UpdateSession", 1, func() error { return s.UpdateSession(t.Context(), "phone", device{"new"}, attr.All[device]()) }},
				{"SwapLease", 1, func() error { return s.SwapLease(t.Context(), "phone", phone.Lease, next) }},
				{"DeleteExpiredSessions of one user", 2, func() error {
					_, err := s.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: noon, UserID: "ann", Limit: 10})
					return err
				}},
				{"DeleteExpiredSessions of everyone", 1, func() error {
					_, err := s.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: noon, Everyone: true, Limit: 10})
					return err
				}},
				{"DeleteSession", 1, func() error { return s.DeleteSession(t.Context(), "phone") }},
				{"DeleteUserSessionsExcept", 2, func() error { _, err := s.DeleteUserSessionsExcept(t.Context(), "ann", "laptop"); return err }},
				{"DeleteUserSessions", 2, func() error { _, err := s.DeleteUserSessions(t.Context(), "ann"); return err }},
			} {
				cost := servertest.Cost(t, place.Counts, c.call)
				if got := cost.RoundTrips - cost.Answers["NOSCRIPT"]; got != c.want {
					t.Errorf("%s, %s: %d round trips, want %d", name, c.name, got, c.want)
				}
			}
		}
	}
}

// TestClientThatTriesAgain loses answers of a client that retries commands, as go-redis does
// by default.
func TestClientThatTriesAgain(t *testing.T) {
	t.Parallel()
	place := servertest.NewPlace(t, servers.Redis(t, containers.RedisOptions{}), nil)
	settings, err := driver.ParseURL(place.DSN)
	servertest.OK(t, err)
	settings.MaxRetries = 3
	client := driver.NewClient(settings)
	t.Cleanup(func() { servertest.OK(t, client.Close()) })
	s, err := redis.NewSessions[device](t.Context(), client, redis.WithPrefix(place.Name))
	servertest.OK(t, err)
	servertest.OK(t, s.CreateSession(t.Context(), newSession("laptop", "ann"))) // now the server knows the script
	for name, call := range map[string]func() error{
		"CreateSession":      func() error { return s.CreateSession(t.Context(), newSession("phone", "ann")) },
		"DeleteUserSessions": func() error { _, err := s.DeleteUserSessions(t.Context(), "ann"); return err },
	} {
		place.LoseAnswer()
		servertest.WantClass(t, call(), spec.ErrIndeterminate, name+" whose answer is lost")
	}
}
