package memory

import (
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// A row is what the store holds of a user or a session: the attributes are the
// values that the front gave. A row that is in the store is never changed, only
// replaced, and the same row is never put in twice.
type (
	userRow    = spec.UserRow
	sessionRow = spec.SessionRow
)

// store is what an adapter holds.
//
// Who writes holds mu, so that writers may look at several rows and indexes
// and then act. Reading one session, one user or both takes no lock: it goes
// through a sync.Map to an atomic pointer to a row. Even a read lock would
// make readers on different cores pass its cache line around, and make them
// wait for writers. Reads of more than that, by a user or by a unique value,
// are rarer, and hold mu for reading while they gather rows.
//
// For readers without a lock each write has to happen at one instant:
//
//   - A row is created when it comes into its map, changed when the pointer to
//     it changes, and deleted when that pointer becomes nil.
//   - A session points at its user, and without the user it is not there. So a
//     user and all of the user's sessions are deleted by one nil, however long
//     it takes to tidy up after that.
type store struct {
	users    registry[user]
	sessions registry[session]

	mu          sync.RWMutex
	keepsUsers  bool            // false: users are kept elsewhere
	userKeys    index[*user]    // unique attributes
	sessionKeys index[*session] // unique attributes
	expiry      queue           // all sessions
}

// user is the place of one user: its row, and its sessions. Where users are
// kept elsewhere it is there as long as it has a session, with a row that has
// no attributes.
type user struct {
	row      atomic.Pointer[userRow] // nil once deleted, for good
	sessions queue                   // guarded by the store's mu
}

// session is the place of one session.
type session struct {
	row  atomic.Pointer[sessionRow] // nil once deleted, for good
	user *user                      // nil: anonymous

	inStore, inUser int // places in the two queues, guarded by the store's mu
}

func newStore(columns spec.Columns) *store {
	return &store{
		keepsUsers:  columns.Users != nil,
		userKeys:    newIndex[*user](columns.Users),
		sessionKeys: newIndex[*session](columns.Sessions),
		expiry:      newQueue(func(s *session) *int { return &s.inStore }),
	}
}

func newUser(row *userRow) *user {
	u := &user{sessions: newQueue(func(s *session) *int { return &s.inUser })}
	u.row.Store(row)
	return u
}

// read returns the rows of a session and its user as they were at one instant.
// The session's is nil if it is not there, the user's if it is anonymous.
// It needs no lock.
func (st *store) read(sessionID string) (*sessionRow, *userRow) {
	s := st.sessions.get(sessionID)
	if s == nil {
		return nil, nil
	}
	for {
		row := s.row.Load()
		if row == nil || s.user == nil {
			return row, nil
		}
		switch owner, ok := s.userWith(row); {
		case !ok: // changed meanwhile: again
		case owner == nil:
			return nil, nil
		default:
			return row, owner
		}
	}
}

// userWith returns the row of the session's user, nil if deleted, and whether
// row was the session's at the instant when it was read. Rows do not come back,
// so one that was the session's before and after was so all the time.
func (s *session) userWith(row *sessionRow) (*userRow, bool) {
	owner := s.user.row.Load()
	return owner, s.row.Load() == row
}

// userOf returns the user of a new session, nil if it is anonymous. A user
// that is kept elsewhere may be new, and is not yet in the store.
func (st *store) userOf(row *sessionRow) (*user, error) {
	if row.UserID == "" {
		return nil, nil
	}
	if u := st.users.get(row.UserID); u != nil {
		return u, nil
	}
	if st.keepsUsers {
		return nil, spec.ErrUserNotFound
	}
	return newUser(&userRow{ID: row.UserID}), nil
}

// add puts a new session of this user into the store. Its attributes were
// found free of conflicts.
func (st *store) add(s *session, row *sessionRow) {
	s.row.Store(row)
	st.sessionKeys.replace(s, nil, row.Attributes)
	st.expiry.add(s)
	if s.user != nil {
		s.user.sessions.add(s)
		if !st.keepsUsers && s.user.sessions.Len() == 1 {
			st.users.put(row.UserID, s.user)
		}
	}
	st.sessions.put(row.ID, s)
}

// remove takes a session out of the store.
func (st *store) remove(s *session) {
	row := s.row.Load()
	st.sessionKeys.replace(s, row.Attributes, nil)
	st.expiry.remove(s)
	if s.user != nil {
		s.user.sessions.remove(s)
		if !st.keepsUsers && s.user.sessions.Len() == 0 {
			st.users.drop(row.UserID)
		}
	}
	s.row.Store(nil)
	st.sessions.drop(row.ID)
}

// registry is a map from ids that is read without a lock. Ids that are not
// valid are never in it, so looking for one finds nothing, as it should.
type registry[T any] struct{ m sync.Map }

// get returns nil if there is no such id.
func (r *registry[T]) get(id string) *T {
	v, _ := r.m.Load(id)
	t, _ := v.(*T)
	return t
}

func (r *registry[T]) put(id string, t *T) { r.m.Store(id, t) }
func (r *registry[T]) drop(id string)      { r.m.Delete(id) }
