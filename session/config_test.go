package session_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
)

// lifetime returns how long a new session is active, how long it lives unused,
// and how long it lives at most.
func lifetime(t *testing.T, config session.Config) (active, unused, absolute time.Duration) {
	t.Helper()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	created := now
	config.Now = func() time.Time { return now }
	manager, err := session.NewManager(openMemory(t), config)
	must(t, err)
	s, err := manager.Create(t.Context(), "", managertest.Device{})
	must(t, err)
	active, unused = s.ActiveUntil.Sub(created), s.ExpiresAt.Sub(created)
	for s.State() != session.Dead && now.Sub(created) < 1000*24*time.Hour {
		now = s.ActiveUntil
		if s.State() != session.Dead {
			s, err = manager.Renew(t.Context(), s)
			must(t, err)
		}
	}
	return active, unused, now.Sub(created)
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	if active, unused, absolute := lifetime(t, session.Config{}); active != day || unused != 15*day || absolute != 30*day {
		t.Errorf("active %v, unused %v, absolute %v", active, unused, absolute)
	}
	if active, unused, absolute := lifetime(t, session.Strict()); active != time.Minute || unused != 30*time.Minute || absolute != 12*time.Hour {
		t.Errorf("strict: active %v, unused %v, absolute %v", active, unused, absolute)
	}
	if _, _, absolute := lifetime(t, session.Config{Absolute: session.NoAbsolute}); absolute < 1000*day {
		t.Errorf("without an absolute lifetime: %v", absolute)
	}
	if active, unused, _ := lifetime(t, session.Config{Absolute: time.Hour}); active != time.Hour || unused != time.Hour {
		t.Errorf("with a short absolute lifetime: active %v, unused %v", active, unused)
	}
}

func TestInvalidConfigs(t *testing.T) {
	t.Parallel()
	for want, configs := range map[string][]session.Config{
		"Active, Idle and Grace": {
			{Active: -1}, {Idle: -time.Hour}, {Grace: time.Microsecond}, {Active: math.MaxInt64}, {Idle: math.MaxInt64}, {Grace: math.MaxInt64},
		},
		"Absolute":      {{Absolute: -2}, {Absolute: time.Microsecond}},
		"Renewal":       {{Renewal: 2}, {Renewal: -1}},
		"SweepInterval": {{SweepInterval: -1}},
		"NotRemembered": {{NotRemembered: -1}, {NotRemembered: time.Microsecond}},
		"MaxSessions":   {{MaxSessions: -1}},
	} {
		for _, config := range configs {
			if _, err := session.NewManager(openMemory(t), config); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: got error %v, want one about %s", config, err, want)
			}
		}
	}
	if _, err := session.NewManager[struct{}, struct{}](nil, session.Config{}); err == nil {
		t.Error("a manager without a store")
	}
	longest := session.Config{Active: 100 * 365 * 24 * time.Hour, Idle: 100 * 365 * 24 * time.Hour, Absolute: math.MaxInt64}
	if active, unused, _ := lifetime(t, longest); active != longest.Active || unused != 2*longest.Active {
		t.Errorf("the longest periods give %v and %v", active, unused)
	}
}
