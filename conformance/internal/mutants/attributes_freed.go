package mutants

import (
	"context"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// freedMutants returns mutants that keep values for rows that no longer have them.
func freedMutants() []Mutant {
	but := func(event string) release {
		return func(e string) bool { return e != event }
	}
	whole := func(email string) string { return email }
	return []Mutant{
		{Name: "an_update_keeps_the_old_value_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimEmails(a, whole, but("update")) })},
		{Name: "delete_user_keeps_its_values_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimEmails(a, whole, but("delete")) })},
		{Name: "a_failed_create_takes_its_values", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimEmails(a, whole, but("failure")) })},
		{Name: "a_row_conflicts_with_itself", Clause: "ATT-07", Subject: alterRich(func(a *altered) {
			inner := a.rows
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				if u, err := inner.User(ctx, id); err == nil && changesOnly[richUser](change, "Email") && u.Attributes[change.Places[0]] == change.Values[0] {
					return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
				}
				return inner.UpdateUser(ctx, id, change)
			}
		})},
		{Name: "delete_session_keeps_its_values_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimDevices(a, but("delete")) })},
		{Name: "deleting_the_others_keeps_their_values_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimDevices(a, but("except")) })},
		{Name: "a_sweep_keeps_the_values_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimDevices(a, but("sweep")) })},
		{Name: "delete_user_keeps_the_sessions_values_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) { claimDevices(a, but("delete user")) })},
	}
}

// claimDevices maintains its own index of sessions' DeviceIDs. It removes the value of a
// deleted session if on returns true for the event.
func claimDevices(a *altered, on release) {
	inner := a.rows
	var mu sync.Mutex
	holders := map[any]string{} // ids of sessions by DeviceID
	// forget removes the devices of sessions that no longer exist.
	forget := func(ctx context.Context, event string) {
		if !on(event) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for device, id := range holders {
			if _, err := inner.Session(ctx, id); err != nil {
				delete(holders, device)
			}
		}
	}
	deviceID := placeOf[richSession]("DeviceID")
	a.createSession = func(ctx context.Context, s spec.SessionRow) error {
		mu.Lock()
		holder, taken := holders[s.Attributes[deviceID]]
		mu.Unlock()
		if taken && holder != s.ID {
			if _, err := inner.Session(ctx, s.ID); err == nil {
				return spec.ErrSessionExists
			}
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
		}
		err := inner.CreateSession(ctx, s)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			holders[s.Attributes[deviceID]] = s.ID
		}
		return err
	}
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		old, readErr := inner.Session(ctx, id)
		err := inner.UpdateSession(ctx, id, change)
		if err != nil || readErr != nil {
			return err
		}
		if now, err := inner.Session(ctx, id); err == nil {
			mu.Lock()
			defer mu.Unlock()
			delete(holders, old.Attributes[deviceID])
			holders[now.Attributes[deviceID]] = id
		}
		return nil
	}
	a.deleteSession = func(ctx context.Context, id string) error {
		defer forget(ctx, "delete")
		return inner.DeleteSession(ctx, id)
	}
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		defer forget(ctx, "except")
		return inner.DeleteUserSessions(ctx, userID, keep)
	}
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		defer forget(ctx, "sweep")
		return inner.DeleteExpiredSessions(ctx, sweep)
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		defer forget(ctx, "delete user")
		return inner.DeleteUser(ctx, id)
	}
}

// maskMutants returns mutants that write more than a change names.
func maskMutants() []Mutant {
	return []Mutant{
		{Name: "an_update_reads_changes_and_writes_the_whole_row", Clause: "ATT-10", Shipped: "adapters that keep a row as one value", Subject: alterAll(func(a *altered) {
			racing, both := racesIn(a.t, atTheSameTime), newMeeting(a.t)
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				u, err := a.rows.User(ctx, id)
				if err != nil || len(change.Places) == 0 {
					return a.rows.UpdateUser(ctx, id, change)
				}
				if racing {
					both.meet(ctx)
				}
				return a.rows.UpdateUser(ctx, id, changeOfAll(change.Apply(u.Attributes)))
			}
		})},
		{Name: "an_update_of_a_session_writes_back_the_lease_it_read", Clause: "ATT-10", Shipped: "adapters that keep a row as one value", Subject: alterAll(func(a *altered) {
			racing, read, swapped := racesIn(a.t, atTheSameTime), newSignal(a.t), newSignal(a.t)
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if racing {
					read.wait(ctx)
					defer swapped.give()
				}
				return a.rows.SwapLease(ctx, id, from, to)
			}
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				before, err := a.rows.Session(ctx, id)
				if err != nil {
					return a.rows.UpdateSession(ctx, id, change)
				}
				if racing {
					read.give()
					swapped.wait(ctx)
				}
				if err := a.rows.UpdateSession(ctx, id, change); err != nil {
					return err
				}
				now, err := a.rows.Session(ctx, id)
				if err != nil || now.Lease.Equal(before.Lease) {
					return err
				}
				return a.rows.SwapLease(ctx, id, now.Lease, before.Lease)
			}
		})},
	}
}

const atTheSameTime = "updates_of_different_fields_at_the_same_time_are_all_kept"
