package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// A sweep that waited for another's lock would fail here, with 55P03.
const neverWait = "lock_timeout=1"

// createExpired creates n expired sessions: expired0, expired1, …
func (p *place) createExpired(a *adapter, n int) {
	p.t.Helper()
	for i := range n {
		servertest.OK(p.t, a.CreateSession(p.t.Context(), spec.Session[Device]{ID: fmt.Sprintf("expired%d", i), CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}))
	}
}

var sweepAll = spec.Sweep{Now: noon, Everyone: true, Limit: 100}

// A sweep skips rows that another client has locked, and deletes the others. A later sweep
// deletes those that are still expired.
func TestSweepPassesLockedRows(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith(neverWait)
	p.createExpired(a, 5)
	reader := p.other("SELECT FROM sessions WHERE id = 'expired1' FOR UPDATE")
	renewal := p.other("UPDATE sessions SET expires_at = '2030-01-01Z' WHERE id = 'expired2'")
	if n, err := a.DeleteExpiredSessions(t.Context(), sweepAll); err != nil || n != 3 {
		t.Errorf("with two rows locked: got %d, %v, want 3", n, err)
	}
	// Readers do not wait either.
	for _, id := range []string{"expired1", "expired2"} {
		if _, err := a.Session(t.Context(), id); err != nil {
			t.Errorf("Session of a locked row: %v", err)
		}
	}
	servertest.OK(t, reader.Rollback())
	servertest.OK(t, renewal.Commit())
	if n, err := a.DeleteExpiredSessions(t.Context(), sweepAll); err != nil || n != 1 {
		t.Errorf("with the locks gone: got %d, %v, want 1", n, err)
	}
	if _, err := a.Session(t.Context(), "expired2"); err != nil {
		t.Errorf("the session that was renewed in between: %v", err)
	}
}

// A sweep that has not committed yet delays neither another sweep, nor readers, nor writers
// of other sessions.
func TestSweepHoldsUpNoWriter(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith(neverWait)
	p.createExpired(a, 4)
	other := p.other("DELETE FROM sessions WHERE id IN ('expired0', 'expired1')")
	if n, err := a.DeleteExpiredSessions(t.Context(), sweepAll); err != nil || n != 2 {
		t.Errorf("DeleteExpiredSessions: got %d, %v, want 2", n, err)
	}
	if _, err := a.Session(t.Context(), "expired0"); err != nil {
		t.Errorf("Session: %v", err)
	}
	if _, _, err := a.SessionAndUser(t.Context(), phone.ID); err != nil {
		t.Errorf("SessionAndUser: %v", err)
	}
	servertest.OK(t, a.SwapLease(t.Context(), phone.ID, lease, lease))
	servertest.OK(t, other.Commit())
}

// Concurrent sweeps, none of which may wait, delete each row once.
func TestSweepsTogether(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith(neverWait)
	const rows = 200
	p.exec(fmt.Sprintf(`INSERT INTO sessions (id, created_at, active_until, expires_at, credential, name)
		SELECT 'expired' || i, now(), now(), '2024-01-01Z', '', '' FROM generate_series(1, %d) AS i`, rows))
	var all sync.WaitGroup
	counts, errs := make([]int64, 4), make([]error, 4)
	for i := range counts {
		all.Go(func() {
			for {
				n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: noon, Everyone: true, Limit: 7})
				counts[i] += n
				if errs[i] = err; n == 0 {
					return
				}
			}
		})
	}
	all.Wait()
	var sum int64
	for i, n := range counts {
		servertest.OK(t, errs[i])
		sum += n
	}
	if sum != rows {
		t.Errorf("%d sessions deleted by all, want %d", sum, rows)
	}
}
