package spec_test

import (
	"math"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func TestLeaseState(t *testing.T) {
	t.Parallel()
	active := time.Date(2026, 1, 1, 0, 0, 0, 500_000_000, time.UTC)
	expires := active.Add(time.Hour)
	const ms, ns = time.Millisecond, time.Nanosecond
	lease := spec.Lease{ActiveUntil: active, ExpiresAt: expires}
	fine := spec.Lease{ActiveUntil: active.Add(999_999), ExpiresAt: expires.Add(999_999)} // cut, not rounded
	for _, test := range []struct {
		now  time.Time
		want spec.State
	}{
		{time.Time{}, spec.Active},
		{active.Add(-ms), spec.Active},
		{active.Add(-ns), spec.Active},
		{active, spec.Idle},
		{active.Add(ns), spec.Idle},
		{active.Add(999_999), spec.Idle},
		{active.Add(ms), spec.Idle},
		{expires.Add(-ms), spec.Idle},
		{expires.Add(-ns), spec.Idle},
		{expires, spec.Expired},
		{expires.Add(ns), spec.Expired},
		{expires.Add(ms), spec.Expired},
		{expires.AddDate(1000, 0, 0), spec.Expired},
	} {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 14*3600), time.FixedZone("", -3601)} {
			if got := lease.State(test.now.In(zone)); got != test.want {
				t.Errorf("%v: %v, want %v", test.now, got, test.want)
			}
			if got := fine.State(test.now.In(zone)); got != test.want {
				t.Errorf("%v, lease with nanoseconds: %v, want %v", test.now, got, test.want)
			}
		}
	}
}

func TestLeaseStateOfOddLeases(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	before1970 := time.Unix(0, -1) // in the millisecond before 1970
	for name, test := range map[string]struct {
		lease spec.Lease
		now   time.Time
		want  spec.State
	}{
		"zero":                {spec.Lease{}, now, spec.Expired},
		"never active":        {spec.Lease{ExpiresAt: now.Add(1e9)}, now, spec.Idle},
		"expired before idle": {spec.Lease{ActiveUntil: now.Add(1e9), ExpiresAt: now}, now, spec.Expired},
		"both at once":        {spec.Lease{ActiveUntil: now, ExpiresAt: now}, now, spec.Expired},
		"active to the end":   {spec.Lease{ActiveUntil: now.Add(1e6), ExpiresAt: now.Add(1e6)}, now, spec.Active},
		"before 1970, active": {spec.Lease{ActiveUntil: time.Unix(0, 0), ExpiresAt: now}, before1970, spec.Active},
		"before 1970, idle":   {spec.Lease{ActiveUntil: time.Unix(0, -1_000_000), ExpiresAt: now}, before1970, spec.Idle},
		"no store's time": {
			spec.Lease{ActiveUntil: time.Unix(math.MaxInt64/4, 0), ExpiresAt: time.Unix(math.MaxInt64/2, 0)}, now, spec.Active},
	} {
		if got := test.lease.State(test.now); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestStateString(t *testing.T) {
	t.Parallel()
	for state, want := range map[spec.State]string{spec.Active: "active", spec.Idle: "idle", spec.Expired: "expired", 0: "unknown", 4: "unknown", -1: "unknown"} {
		if got := state.String(); got != want {
			t.Errorf("%d: %s, want %s", state, got, want)
		}
	}
}

func TestLeaseEqual(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 500_000_000, time.UTC)
	lease := spec.Lease{ActiveUntil: at, ExpiresAt: at.Add(time.Hour), Credential: "é"}
	change := func(f func(*spec.Lease)) spec.Lease {
		l := lease
		f(&l)
		return l
	}
	for name, test := range map[string]struct {
		other spec.Lease
		want  bool
	}{
		"itself":               {lease, true},
		"nanoseconds":          {change(func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(999_999) }), true},
		"nanoseconds too":      {change(func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(1) }), true},
		"zone":                 {change(func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.In(time.FixedZone("", 3600)) }), true},
		"active a ms later":    {change(func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(time.Millisecond) }), false},
		"active a ns earlier":  {change(func(l *spec.Lease) { l.ActiveUntil = l.ActiveUntil.Add(-1) }), false},
		"expires a ms later":   {change(func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(time.Millisecond) }), false},
		"expires a ns earlier": {change(func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.Add(-1) }), false},
		"credential form":      {change(func(l *spec.Lease) { l.Credential = "e\u0301" }), false},
		"credential case":      {change(func(l *spec.Lease) { l.Credential = "É" }), false},
		"credential space":     {change(func(l *spec.Lease) { l.Credential += " " }), false},
		"no credential":        {change(func(l *spec.Lease) { l.Credential = "" }), false},
		"years apart":          {change(func(l *spec.Lease) { l.ExpiresAt = l.ExpiresAt.AddDate(584_554_051, 0, 0) }), false}, // 2^64 ms, nearly
	} {
		if got := lease.Equal(test.other); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
		if got := test.other.Equal(lease); got != test.want {
			t.Errorf("%s, the other way round: %t", name, got)
		}
	}
	if !(spec.Lease{}).Equal(spec.Lease{}) {
		t.Error("zero leases differ")
	}
}
