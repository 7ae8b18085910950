package engines

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// User and Device are the attributes of the measured rows. Those of a session have about
// 200 bytes.
type (
	User struct {
		Name   string
		Email  string `db:"email,unique,max=254"`
		Logins int
	}
	Device struct {
		Name    string
		Agent   string
		Address string
		Visits  int
	}
)

type (
	session = spec.Session[Device]
	user    = spec.User[User]
)

// Set says which rows exist. A row is computed from its number, so the expected rows need
// not be kept.
type Set struct {
	Users    int
	Sessions int       // spread evenly over the users
	Began    time.Time // when the newest was created; UTC, to the millisecond
}

// name returns the id for a number. Like random ids, these ids are spread over the whole
// range.
func name(kind string, i int) string {
	hash := sha256.Sum256(fmt.Append(nil, kind, i))
	return hex.EncodeToString(hash[:12])
}

// owner returns the number of a session's user. It stays the same when a set grows, if
// each user keeps the same number of sessions.
func (s *Set) owner(session int) (user int) {
	return session / max(s.Sessions/s.Users, 1) % s.Users
}

func (s *Set) user(i int) user {
	return user{ID: name("user", i), Attributes: User{
		Name:   fmt.Sprintf("Ann Number%d", i),
		Email:  fmt.Sprintf("user.%d@example.com", i),
		Logins: i,
	}}
}

// expired is the number of the first session that expired before the set began. Such
// sessions are not counted in the set.
const expired = 1 << 30

// lease returns the lease of a session after version swaps.
func (s *Set) lease(i int, version uint32) spec.Lease {
	renewed := s.Began.Add(time.Duration(version) * time.Second)
	if i >= expired {
		renewed = renewed.Add(-20 * 24 * time.Hour)
	}
	return spec.Lease{
		ActiveUntil: renewed.Add(24 * time.Hour),
		ExpiresAt:   renewed.Add(24 * time.Hour).Add(time.Duration(i*7919%(14*86_400)) * time.Second), // spread over 14 days
		Credential:  name("credential", i+int(version)),
	}
}

// device returns the attributes of a session after version updates.
func (s *Set) device(i int, version uint32) Device {
	return Device{
		Name:    fmt.Sprintf("Firefox %d on Linux", version),
		Agent:   fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%[1]d.0.0.0 Safari/537.36 Device/%08x", version, i),
		Address: fmt.Sprintf("2001:db8:85a3::8a2e:%x:%x", i>>16&0xffff, i&0xffff),
		Visits:  i + int(version),
	}
}

// Rows records the sessions in one place: the version of each session's lease and
// attributes.
type Rows struct {
	set     *Set
	leases  map[int]uint32 // versions other than 0
	devices map[int]uint32
	made    int // sessions that calls have created besides those of the set
}

func NewRows(set *Set) *Rows {
	return &Rows{set: set, leases: map[int]uint32{}, devices: map[int]uint32{}}
}

// task is the row of one call.
type task struct {
	number  int
	now     session // as it is, or as the call creates it
	renewed session // with its next lease
	updated session // with its next attributes
	renews  bool    // of a mixed call: it writes

	skip, read int // 0, known when the read before this one, or this one, has ended; see zero
}

func (r *Rows) task(i int) task {
	now := session{
		ID:         name("session", i),
		UserID:     name("user", r.set.owner(i)),
		CreatedAt:  r.set.Began.Add(-time.Duration(i%86_400) * time.Second),
		Lease:      r.set.lease(i, r.leases[i]),
		Attributes: r.set.device(i, r.devices[i]),
	}
	renewed, updated := now, now
	renewed.Lease = r.set.lease(i, r.leases[i]+1)
	updated.Attributes = r.set.device(i, r.devices[i]+1)
	return task{number: i, now: now, renewed: renewed, updated: updated}
}

// Session returns the session with this number, as it is now.
func (r *Rows) Session(i int) session { return r.task(i).now }

// random returns n random rows of the set, with only their ids, which is all that a read
// needs.
func (r *Rows) random(n int) []task {
	list := make([]task, n)
	for k := range list {
		i := rand.IntN(r.set.Sessions)
		list[k] = task{number: i, now: session{ID: name("session", i)}}
	}
	return list
}

// distinct returns n different rows of the set, or all if it has fewer.
func (r *Rows) distinct(n int) []task {
	n = min(n, r.set.Sessions)
	chosen := make(map[int]bool, n)
	list := make([]task, 0, n)
	for len(list) < n {
		if i := rand.IntN(r.set.Sessions); !chosen[i] {
			chosen[i] = true
			list = append(list, r.task(i))
		}
	}
	return list
}

// fresh returns n rows that do not exist yet.
func (r *Rows) fresh(n int) []task {
	list := make([]task, n)
	for k := range list {
		r.made++
		list[k] = r.task(r.set.Sessions + r.made)
	}
	return list
}

func (r *Rows) swapped(i int) { r.leases[i]++ }
func (r *Rows) updated(i int) { r.devices[i]++ }
