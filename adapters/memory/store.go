package memory

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	userRow    = spec.UserRow
	sessionRow = spec.SessionRow
)

// store is what an adapter holds. There are two kinds of locks:
//
//   - The lock of a shard guards its map, and of the sessions in it the row and
//     the lease. A session is created when it comes into its map, changed when
//     its row or its lease changes, and deleted when it leaves the map, each
//     under that lock and so at one instant.
//   - The mutex mu guards what is about several rows: unique values, queues, and
//     which users there are. Whoever changes any of that holds mu, may look at
//     several rows and then act, and takes shards' locks besides, one at a time.
//
// No call waits for mu while holding the lock of a shard. Only readers hold the
// locks of several shards, in ascending order. So no calls wait in a circle.
//
// The hot calls take the lock of one shard only: reading a session, alone or with
// its user, swapping a lease unless it ends earlier than the queues believe (see
// queue), and updating attributes that are not unique.
//
// A user's row is an atomic pointer, which is nil from the user's deletion on. A
// session points at its user, and without the user it is not there: so a user and
// all of the user's sessions are deleted at one instant, when that pointer
// becomes nil, however long it takes to tidy up after that. And whoever loads it
// under the lock of a session's shard reads both rows as of that instant, since
// the session's cannot change.
type store struct {
	users    *shards[user]
	sessions *shards[session]

	userKinds, sessionKinds []attr.Kind

	mu          sync.RWMutex
	keepsUsers  bool            // false: users are kept elsewhere
	userKeys    index[*user]    // unique attributes
	sessionKeys index[*session] // unique attributes
	expiry      queue           // all sessions
}

// user is one user. Where users are kept elsewhere it is there as long as it has
// a session, with an empty row.
type user struct {
	id       string                 // never changes
	row      atomic.Pointer[string] // cells; nil once deleted, for good
	sessions queue                  // guarded by the store's mu
}

// session is one session. What SwapLease changes stands beside the row, so that a
// renewal packs nothing.
type session struct {
	user  *user // nil: anonymous; never changes
	shard uint8 // never changes

	// Guarded by the lock of the shard.
	row                    string // see packSession
	credential             string
	activeUntil, expiresAt int64 // milliseconds since 1970

	// At most expiresAt: what the queues go by. To change it takes both locks.
	queued int64

	inStore, inUser int32 // places in the two queues, guarded by the store's mu
}

// packSession returns the row of a session: the length of the id, in one byte,
// the id, CreatedAt, and the cells. The id in a row is also the session's key in
// its map, so it has to be replaced there when the row is, or it would keep the
// old row.
func packSession(row *sessionRow) string {
	var space [512]byte
	packed := append(append(space[:0], byte(len(row.ID))), row.ID...)
	packed = appendInteger(packed, row.CreatedAt.UnixMilli())
	return string(appendCells(packed, row.Attributes))
}

// head is the length of what stands before the cells in a session's row.
func head(row string) int { return 1 + int(row[0]) + 8 }

func idIn(row string) string       { return row[1 : 1+int(row[0])] }
func createdIn(row string) int64   { return integer(row[1+int(row[0]):]) }
func cellsIn(row string) string    { return row[head(row):] }
func packUser(values []any) string { return string(appendCells(make([]byte, 0, 128), values)) }

func newStore(columns spec.Columns) *store {
	return &store{
		users:        newShards[user](),
		sessions:     newShards[session](),
		userKinds:    kindsOf(columns.Users),
		sessionKinds: kindsOf(columns.Sessions),
		keepsUsers:   columns.Users != nil,
		userKeys:     newIndex[*user](columns.Users),
		sessionKeys:  newIndex[*session](columns.Sessions),
		expiry:       newQueue(func(s *session) *int32 { return &s.inStore }),
	}
}

func newUser(id, cells string) *user {
	u := &user{id: strings.Clone(id), sessions: newQueue(inUser)}
	u.row.Store(&cells)
	return u
}

func inUser(s *session) *int32 { return &s.inUser }

// present reports whether the session's user has not been deleted.
func (s *session) present() bool { return s.user == nil || s.user.row.Load() != nil }

// userOf returns the user of a new session, nil if it is anonymous. A user
// that is kept elsewhere may be new, and is not yet in the store. It needs mu.
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
	return newUser(row.UserID, ""), nil
}

// add puts a new session into the store. Its attributes were found free of
// conflicts. It needs mu.
func (st *store) add(s *session) {
	st.sessionKeys.replace(s, "", cellsIn(s.row))
	st.expiry.add(s)
	if s.user != nil {
		s.user.sessions.add(s)
		if !st.keepsUsers && s.user.sessions.Len() == 1 {
			st.users.put(s.user.id, s.user)
		}
	}
	st.sessions.put(idIn(s.row), s)
}

// remove takes a session out of the store. It needs mu.
func (st *store) remove(s *session) { st.takeOut(s, nil) }

// takeOut takes a session out of the store, unless keep, called under the lock of
// its shard, wants it to stay. It reports whether it did. It needs mu.
func (st *store) takeOut(s *session, keep func(*session) bool) bool {
	part := &st.sessions.parts[s.shard]
	part.Lock()
	if keep != nil && keep(s) {
		part.Unlock()
		return false
	}
	row := s.row
	part.drop(idIn(row))
	part.Unlock()

	st.sessionKeys.replace(s, cellsIn(row), "")
	st.expiry.remove(s)
	if s.user != nil {
		s.user.sessions.remove(s)
		if !st.keepsUsers && s.user.sessions.Len() == 0 {
			st.users.drop(s.user.id)
		}
	}
	return true
}
