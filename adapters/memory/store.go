package memory

import (
	"strings"
	"sync"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	userRow    = spec.UserRow
	sessionRow = spec.SessionRow
)

// store holds the data of an adapter. It has two kinds of locks:
//
//   - The lock of a shard guards its map, and the row and the lease of each session in
//     it. A session is created when it is added to the map, changed when its row or its
//     lease changes, and deleted when it is removed from the map. Each of these happens
//     under the lock, so at one instant.
//   - The mutex mu guards the data that concerns several rows: unique values, queues,
//     and the set of users. A call that changes any of these holds mu. It can then read
//     several rows before it acts. It also takes the locks of shards, one at a time.
//
// No call waits for mu while it holds the lock of a shard. Only a call that holds mu
// takes the locks of several shards, in ascending order. So there is no deadlock.
//
// The most frequent calls take only the lock of one shard: reading a session with or
// without its user, swapping a lease unless the new one expires before queued (see
// queue), and updating attributes that are not unique.
//
// A user's row changes under the locks of the user's shard and of the shards of all the
// user's sessions. So a call that holds the lock of a session's shard reads both rows as
// of one instant. The row says whether the user was deleted, and a session does not exist
// without its user. So a user and all the user's sessions are deleted at one instant,
// however long the clean-up takes afterwards.
type store struct {
	users    *shards[*user]
	sessions *shards[entry]

	userKinds, sessionKinds []attr.Kind

	mu          sync.RWMutex
	keepsUsers  bool            // false if users are kept elsewhere
	userKeys    index[*user]    // unique attributes
	sessionKeys index[*session] // unique attributes
	expiry      queue           // all sessions
}

// user is one user. If users are kept elsewhere, it has no cells and exists as long as
// it has a session.
type user struct {
	id string // never changes

	// To change these, hold mu and the locks that changeUser takes. To read them, hold
	// any of these locks.
	cells   string
	deleted bool

	sessions queue // guarded by the store's mu
}

// session is one session. The lease is not part of the row, so a renewal need not pack
// the row again.
// A session takes 64 bytes, one cache line.
type session struct {
	// Guarded by the lock of the shard.
	row                    string // see packSession
	credential             string
	activeUntil, expiresAt int64 // milliseconds since 1970

	// The order of the queues and the number of the shard, see orderOf. To change it,
	// hold both locks.
	order int64

	inStore, inUser int32 // indexes in the two queues, guarded by the store's mu
}

// orderOf returns the order of a session: the number of its shard in the lowest byte,
// which never changes, and queued above it, which is at most expiresAt.
func orderOf(queued int64, shard uint8) int64 { return queued<<8 | int64(shard) }

func (s *session) queued() int64 { return s.order >> 8 }
func (s *session) shard() uint8  { return uint8(s.order) }

// entry is a session in the map of its shard, and its user. A read then waits for both
// from memory at once, not for one after the other.
type entry struct {
	session *session
	user    *user // nil for an anonymous session; never changes
}

// packSession returns the row of a session: the length of the id in one byte, the id,
// CreatedAt, and the cells. The id in the row is also the session's key in its map. If
// the row is replaced, the key must be replaced too, or it would keep the old row alive.
func packSession(row *sessionRow) string {
	var space [512]byte
	packed := append(append(space[:0], byte(len(row.ID))), row.ID...)
	packed = appendInteger(packed, row.CreatedAt.UnixMilli())
	return string(appendCells(packed, row.Attributes))
}

// head returns the length of the part before the cells in a session's row.
func head(row string) int { return 1 + int(row[0]) + 8 }

func idIn(row string) string       { return row[1 : 1+int(row[0])] }
func createdIn(row string) int64   { return integer(row[1+int(row[0]):]) }
func cellsIn(row string) string    { return row[head(row):] }
func packUser(values []any) string { return string(appendCells(make([]byte, 0, 128), values)) }

func newStore(columns spec.Columns) *store {
	return &store{
		users:        newShards[*user](),
		sessions:     newShards[entry](),
		userKinds:    kindsOf(columns.Users),
		sessionKinds: kindsOf(columns.Sessions),
		keepsUsers:   columns.Users != nil,
		userKeys:     newIndex[*user](columns.Users),
		sessionKeys:  newIndex[*session](columns.Sessions),
		expiry:       newQueue(func(s *session) *int32 { return &s.inStore }),
	}
}

func newUser(id, cells string) *user {
	return &user{id: strings.Clone(id), cells: cells, sessions: newQueue(inUser)}
}

func inUser(s *session) *int32 { return &s.inUser }

// userExists reports whether the session's user has not been deleted. The caller holds
// the lock of the session's shard.
func (e entry) userExists() bool { return e.user == nil || !e.user.deleted }

// userOf returns the user of a new session, or nil if it is anonymous. If users are kept
// elsewhere, it can be a new user, which is not in the store yet. The caller holds mu.
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

// add adds a new session to the store. The user is nil for an anonymous session. The
// caller holds mu and has checked the unique attributes.
func (st *store) add(s *session, u *user) {
	st.sessionKeys.replace(s, "", cellsIn(s.row))
	st.expiry.add(s)
	if u != nil {
		u.sessions.add(s)
		if !st.keepsUsers && u.sessions.Len() == 1 {
			st.users.put(u.id, u)
		}
	}
	st.sessions.put(idIn(s.row), entry{s, u})
}

// remove removes a session from the store. The caller holds mu.
func (st *store) remove(s *session) { st.takeOut(s, nil) }

// takeOut removes a session from the store, unless keep is not nil and returns true. It
// calls keep under the lock of the session's shard. It reports whether it removed the
// session. The caller holds mu.
func (st *store) takeOut(s *session, keep func(entry) bool) bool {
	part := &st.sessions.parts[s.shard()]
	part.Lock()
	row := s.row
	e := part.rows[idIn(row)]
	if keep != nil && keep(e) {
		part.Unlock()
		return false
	}
	part.drop(idIn(row))
	part.Unlock()

	st.sessionKeys.replace(s, cellsIn(row), "")
	st.expiry.remove(s)
	if u := e.user; u != nil {
		u.sessions.remove(s)
		if !st.keepsUsers && u.sessions.Len() == 0 {
			st.users.drop(u.id)
		}
	}
	return true
}
