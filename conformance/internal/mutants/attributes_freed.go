package mutants

import (
	"context"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// freedMutants keep values for rows that have them no longer.
func freedMutants() []Mutant {
	but := func(event string) release {
		return func(e string) bool { return e != event }
	}
	whole := func(email string) string { return email }
	return []Mutant{
		{Name: "an_update_keeps_the_old_value_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimEmails(a, whole, but("update")) })},
		{Name: "delete_user_keeps_its_values_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimEmails(a, whole, but("delete")) })},
		{Name: "a_failed_create_takes_its_values", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimEmails(a, whole, but("failure")) })},
		{Name: "a_row_conflicts_with_itself", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
					if u, err := inner.User(ctx, id); err == nil && len(names(mask)) == 1 && names(mask)[0] == "Email" && u.Attributes.Email == attributes.Email {
						return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
					}
					return inner.UpdateUser(ctx, id, attributes, mask)
				}
			})},
		{Name: "delete_session_keeps_its_values_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimDevices(a, but("delete")) })},
		{Name: "deleting_the_others_keeps_their_values_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimDevices(a, but("except")) })},
		{Name: "a_sweep_keeps_the_values_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimDevices(a, but("sweep")) })},
		{Name: "delete_user_keeps_the_sessions_values_taken", Clause: "ATT-07",
			Subject: rich(func(a *richAltered) { claimDevices(a, but("delete user")) })},
	}
}

// claimDevices keeps an index of sessions' DeviceIDs by hand. It forgets what a
// deleted session had when on says so.
func claimDevices(a *richAltered, on release) {
	inner := a.Store
	var mu sync.Mutex
	holders := map[string]string{} // by DeviceID, the session's id
	// forget drops the devices of sessions that are not there any more.
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
	a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
		mu.Lock()
		holder, taken := holders[s.Attributes.DeviceID]
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
			holders[s.Attributes.DeviceID] = s.ID
		}
		return err
	}
	a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
		old, readErr := inner.Session(ctx, id)
		err := inner.UpdateSession(ctx, id, attributes, mask)
		if err != nil || readErr != nil {
			return err
		}
		if now, err := inner.Session(ctx, id); err == nil {
			mu.Lock()
			defer mu.Unlock()
			delete(holders, old.Attributes.DeviceID)
			holders[now.Attributes.DeviceID] = id
		}
		return nil
	}
	a.deleteSession = func(ctx context.Context, id string) error {
		defer forget(ctx, "delete")
		return inner.DeleteSession(ctx, id)
	}
	a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
		defer forget(ctx, "except")
		return deleteBut(ctx, inner, userID, keep)
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

// maskMutants look at, or write, more than the mask names.
func maskMutants() []Mutant {
	return []Mutant{
		{Name: "an_update_checks_all_attributes", Clause: "ATT-08",
			Subject: types(updateChecksAll, updateChecksAll, updateChecksAll)},
		{Name: "an_update_looks_for_conflicts_in_all_attributes", Clause: "ATT-08",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				finder := inner
				a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
					if u, err := finder.UserBy(ctx, "Email", attributes.Email); err == nil && u.ID != id && len(names(mask)) == 1 {
						return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
					}
					return inner.UpdateUser(ctx, id, attributes, mask)
				}
			})},
		{Name: "an_update_reads_changes_and_writes_the_whole_row", Clause: "ATT-10", Shipped: "adapters that keep a row as one value",
			Subject: types(updateWritesWhole, updateWritesWhole, updateWritesWhole)},
		{Name: "an_update_of_a_session_writes_back_the_lease_it_read", Clause: "ATT-10", Shipped: "adapters that keep a row as one value",
			Subject: types(updateWritesLease, updateWritesLease, updateWritesLease)},
	}
}

func updateChecksAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	schema, err := spec.SessionSchema[S]()
	if err != nil {
		t.Fatal(err)
	}
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if _, err := spec.Values(schema, attributes, attr.All[S]()); err != nil {
			return err
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

const atTheSameTime = "updates_of_different_fields_at_the_same_time_are_all_kept"

func updateWritesWhole[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	schema, err := spec.UserSchema[U]()
	if err != nil {
		t.Fatal(err)
	}
	racing, both := racesIn(t, atTheSameTime), newMeeting(t)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		u, err := a.User(ctx, id)
		if err != nil || mask.Empty() {
			return a.UpdateUser(ctx, id, attributes, mask)
		}
		if _, err := spec.Values(schema, attributes, mask); err != nil {
			return a.UpdateUser(ctx, id, attributes, mask)
		}
		if racing {
			both.meet(ctx)
		}
		if err := schema.Merge(&u.Attributes, attributes, mask); err != nil {
			return err
		}
		return a.UpdateUser(ctx, id, u.Attributes, attr.All[U]())
	}}
}

func updateWritesLease[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	racing, read, swapped := racesIn(t, atTheSameTime), newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			if racing {
				read.wait(ctx)
				defer swapped.give()
			}
			return a.SwapLease(ctx, id, from, to)
		},
		updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
			before, err := a.Session(ctx, id)
			if err != nil {
				return a.UpdateSession(ctx, id, attributes, mask)
			}
			if racing {
				read.give()
				swapped.wait(ctx)
			}
			if err := a.UpdateSession(ctx, id, attributes, mask); err != nil {
				return err
			}
			now, err := a.Session(ctx, id)
			if err != nil || now.Lease.Equal(before.Lease) {
				return err
			}
			return a.SwapLease(ctx, id, now.Lease, before.Lease)
		},
	}
}
