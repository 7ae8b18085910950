package mutants

import (
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// freedMutants returns mutants that keep values for rows that no longer have them.
func freedMutants() []Mutant {
	but := func(op spec.Op) release {
		return func(o spec.Op) bool { return o != op }
	}
	whole := func(email string) string { return email }
	return []Mutant{
		{Name: "an_update_keeps_the_old_value_taken", Clause: "ATT-07", Subject: alterRich(claimEmails(whole, but(spec.OpUpdateUser)))},
		{Name: "delete_user_keeps_its_values_taken", Clause: "ATT-07", Subject: alterRich(claimEmails(whole, but(spec.OpDeleteUser)))},
		{Name: "a_failed_create_takes_its_values", Clause: "ATT-07", Subject: alterRich(claimEmails(whole, but(spec.OpCreateUser)))},
		{Name: "a_row_conflicts_with_itself", Clause: "ATT-07", Subject: alterRich(before(spec.OpUpdateUser, func(c *call) {
			if u, err := c.rows.User(c.ctx, c.id); err == nil && changesOnly[richUser](c.change, "Email") && u.Attributes[c.change.Places[0]] == c.change.Values[0] {
				c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"})
			}
		}))},
		{Name: "delete_session_keeps_its_values_taken", Clause: "ATT-07", Subject: alterRich(claimDevices(but(spec.OpDeleteSession)))},
		{Name: "deleting_the_others_keeps_their_values_taken", Clause: "ATT-07", Subject: alterRich(claimDevices(but(spec.OpDeleteUserSessions)))},
		{Name: "a_sweep_keeps_the_values_taken", Clause: "ATT-07", Subject: alterRich(claimDevices(but(spec.OpDeleteExpiredSessions)))},
		{Name: "delete_user_keeps_the_sessions_values_taken", Clause: "ATT-07", Subject: alterRich(claimDevices(but(spec.OpDeleteUser)))},
	}
}

// deletesSessions reports whether an operation deletes sessions.
func deletesSessions(op spec.Op) bool {
	switch op {
	case spec.OpDeleteUser, spec.OpDeleteSession, spec.OpDeleteUserSessions, spec.OpDeleteExpiredSessions:
		return true
	}
	return false
}

// claimDevices maintains its own index of sessions' DeviceIDs. It removes the value of a
// deleted session if on returns true for the operation.
func claimDevices(on release) func(*altered) {
	return func(a *altered) {
		var mu sync.Mutex
		holders := map[any]string{} // ids of sessions by DeviceID
		deviceID := placeOf[richSession]("DeviceID")
		a.after(everyCall, func(c *call) {
			if !deletesSessions(c.op) || !on(c.op) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for device, id := range holders {
				if _, err := c.rows.Session(c.ctx, id); err != nil {
					delete(holders, device)
				}
			}
		})
		a.around(spec.OpCreateSession, func(c *call, do func()) {
			device := c.session.Attributes[deviceID]
			mu.Lock()
			holder, taken := holders[device]
			mu.Unlock()
			if taken && holder != c.id {
				c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
				if _, err := c.rows.Session(c.ctx, c.id); err == nil {
					c.err = spec.ErrSessionExists
				}
				return
			}
			if do(); c.err == nil {
				mu.Lock()
				defer mu.Unlock()
				holders[device] = c.id
			}
		})
		a.around(spec.OpUpdateSession, func(c *call, do func()) {
			old, missing := c.rows.Session(c.ctx, c.id)
			if do(); c.err != nil || missing != nil {
				return
			}
			if now, err := c.rows.Session(c.ctx, c.id); err == nil {
				mu.Lock()
				defer mu.Unlock()
				delete(holders, old.Attributes[deviceID])
				holders[now.Attributes[deviceID]] = c.id
			}
		})
	}
}

// maskMutants returns mutants that write more than a change names.
func maskMutants() []Mutant {
	return []Mutant{
		{Name: "an_update_reads_changes_and_writes_the_whole_row", Clause: "ATT-10", Shipped: "adapters that keep a row as one value", Subject: alterAll(func(a *altered) {
			racing, both := racesIn(a.t, atTheSameTime), newMeeting(a.t)
			a.before(spec.OpUpdateUser, func(c *call) {
				u, err := c.rows.User(c.ctx, c.id)
				if err != nil || len(c.change.Places) == 0 {
					return
				}
				if racing {
					both.meet(c.ctx)
				}
				c.change = changeOfAll(c.change.Apply(u.Attributes))
			})
		})},
		{Name: "an_update_of_a_session_writes_back_the_lease_it_read", Clause: "ATT-10", Shipped: "adapters that keep a row as one value", Subject: alterAll(func(a *altered) {
			wait := interruptedBy(a, spec.OpSwapLease, atTheSameTime)
			a.around(spec.OpUpdateSession, func(c *call, do func()) {
				before, err := c.rows.Session(c.ctx, c.id)
				if err == nil {
					wait(c.ctx)
				}
				if do(); c.err == nil && err == nil {
					c.err = setLease(c.ctx, c.rows, c.id, before.Lease)
				}
			})
		})},
	}
}

const atTheSameTime = "updates_of_different_fields_at_the_same_time_are_all_kept"
