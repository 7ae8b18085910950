package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateSession inserts a session.
func (a *Sessions[S]) CreateSession(ctx context.Context, newcomer spec.Session[S]) error {
	const op = spec.OpCreateSession
	st, err := a.enter(ctx, op)
	if err != nil {
		return err
	}
	if newcomer, err = newcomer.Normal(); err != nil {
		return fail(op, err)
	}
	values, err := a.sessions.encodeAll(newcomer.Attributes)
	if err != nil {
		return fail(op, err)
	}
	row := new(spec.SessionWith(newcomer, values))

	st.mu.Lock()
	defer st.mu.Unlock()
	if st.sessions.get(row.ID) != nil {
		return fail(op, spec.ErrSessionExists)
	}
	u, err := st.userOf(row)
	if err != nil {
		return fail(op, err)
	}
	s := &session{user: u}
	if err := st.sessionKeys.conflict(s, values); err != nil {
		return fail(op, err)
	}
	st.add(s, row)
	return nil
}

// Session returns the session with this id, dead or not, or
// ErrSessionNotFound.
func (a *Sessions[S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	const op = spec.OpSession
	st, err := a.enter(ctx, op)
	if err != nil {
		return spec.Session[S]{}, err
	}
	row, _ := st.read(id)
	return a.sessionFrom(op, row)
}

// sessionFrom returns what op answers when it found this row, or nil.
func (a *Sessions[S]) sessionFrom(op spec.Op, row *sessionRow) (spec.Session[S], error) {
	if row == nil {
		return spec.Session[S]{}, fail(op, spec.ErrSessionNotFound)
	}
	found, err := a.sessions.session(row)
	if err != nil {
		return spec.Session[S]{}, fail(op, err)
	}
	return found, nil
}

// UserSessions returns all sessions of a user as they were at one instant, by
// CreatedAt and then ID.
func (a *Sessions[S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	const op = spec.OpUserSessions
	st, err := a.enter(ctx, op)
	if err != nil {
		return nil, err
	}
	var rows []*sessionRow
	st.mu.RLock()
	if u := st.users.get(userID); u != nil {
		for _, s := range u.sessions.items {
			rows = append(rows, s.row.Load())
		}
	}
	st.mu.RUnlock()

	slices.SortFunc(rows, func(a, b *sessionRow) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	list := make([]spec.Session[S], len(rows))
	for i, row := range rows {
		if list[i], err = a.sessionFrom(op, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// UpdateSession sets the masked attributes of a session, never its lease.
func (a *Sessions[S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	const op = spec.OpUpdateSession
	st, err := a.enter(ctx, op)
	if err != nil {
		return err
	}
	p, err := a.sessions.encode(attributes, mask)
	if err != nil {
		return fail(op, err)
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	s := st.sessions.get(id)
	if s == nil {
		return fail(op, spec.ErrSessionNotFound)
	}
	row := *s.row.Load()
	old := row.Attributes
	row.Attributes = p.apply(old)
	if err := st.sessionKeys.conflict(s, row.Attributes); err != nil {
		return fail(op, err)
	}
	st.sessionKeys.replace(s, old, row.Attributes)
	s.row.Store(&row)
	return nil
}

// SwapLease replaces the session's lease by to if it is equal to from.
func (a *Sessions[S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	const op = spec.OpSwapLease
	st, err := a.enter(ctx, op)
	if err != nil {
		return err
	}
	if from, err = from.Normal(); err != nil {
		return fail(op, err)
	}
	if to, err = to.Normal(); err != nil {
		return fail(op, err)
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	s := st.sessions.get(id)
	if s == nil {
		return fail(op, spec.ErrSessionNotFound)
	}
	row := *s.row.Load()
	if !row.Lease.Equal(from) {
		return fail(op, spec.ErrStale)
	}
	row.Lease = to
	s.row.Store(&row)
	st.expiry.moved(s)
	if s.user != nil {
		s.user.sessions.moved(s)
	}
	return nil
}

// DeleteSession deletes a session. Deleting an absent one succeeds.
func (a *Sessions[S]) DeleteSession(ctx context.Context, id string) error {
	st, err := a.enter(ctx, spec.OpDeleteSession)
	if err != nil {
		return err
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.sessions.get(id); s != nil {
		st.remove(s)
	}
	return nil
}

// DeleteUserSessions deletes all sessions of a user and returns how many it
// deleted.
func (a *Sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	st, err := a.enter(ctx, spec.OpDeleteUserSessions)
	if err != nil {
		return 0, err
	}
	return st.deleteUserSessions(userID, nil), nil
}

// DeleteUserSessionsExcept deletes all sessions of a user but those to keep,
// and returns how many it deleted.
func (a *Sessions[S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	const op = spec.OpDeleteUserSessionsExcept
	st, err := a.enter(ctx, op)
	if err != nil {
		return 0, err
	}
	if len(keep) == 0 {
		return 0, fail(op, spec.ErrInvalid)
	}
	return st.deleteUserSessions(userID, keep), nil
}

func (st *store) deleteUserSessions(userID string, keep []string) int64 {
	kept := make(map[string]bool, len(keep))
	for _, id := range keep {
		kept[id] = true
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.users.get(userID)
	if u == nil {
		return 0
	}
	var n int64
	for _, s := range slices.Clone(u.sessions.items) {
		if !kept[s.row.Load().ID] {
			st.remove(s)
			n++
		}
	}
	return n
}

// DeleteExpiredSessions deletes at most sweep.Limit sessions that are dead at
// sweep.Now, those that died first before others, and returns how many. It
// takes them from a queue and stops at the first that is alive. Other writers
// wait meanwhile.
func (a *Sessions[S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	const op = spec.OpDeleteExpiredSessions
	st, err := a.enter(ctx, op)
	if err != nil {
		return 0, err
	}
	if sweep, err = sweep.Normal(); err != nil {
		return 0, fail(op, err)
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	candidates := &st.expiry
	if sweep.UserID != "" {
		u := st.users.get(sweep.UserID)
		if u == nil {
			return 0, nil
		}
		candidates = &u.sessions
	}
	var n int64
	for n < int64(sweep.Limit) {
		s := candidates.firstDead(sweep.Now)
		if s == nil {
			break
		}
		st.remove(s)
		n++
	}
	return n, nil
}
