package engines

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// User and Device are the attributes of the rows that are measured: about 200
// bytes in a session.
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

// Set says which rows there are. Rows are made of their numbers, so that nothing
// has to be kept to know what a store should hold.
type Set struct {
	Users    int
	Sessions int       // of which each user has about as many as another
	Began    time.Time // when the newest was created; UTC, to the millisecond
}

// name makes an id of a number, spread over all there could be as random ids are.
func name(kind string, i int) string {
	hash := sha256.Sum256(fmt.Append(nil, kind, i))
	return hex.EncodeToString(hash[:12])
}

// owner returns whose session it is. That stays the same when a set grows and each
// user has as many sessions as before.
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

// expired is the number of the first of the sessions that expired before the set
// began. They are besides those of the set.
const expired = 1 << 30

// lease returns the lease that a session has after so many swaps.
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

// device returns the attributes that a session has after so many updates.
func (s *Set) device(i int, version uint32) Device {
	return Device{
		Name:    fmt.Sprintf("Firefox %d on Linux", version),
		Agent:   fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%[1]d.0.0.0 Safari/537.36 Device/%08x", version, i),
		Address: fmt.Sprintf("2001:db8:85a3::8a2e:%x:%x", i>>16&0xffff, i&0xffff),
		Visits:  i + int(version),
	}
}

// Rows are the sessions in one place: which lease and which attributes each has
// by now.
type Rows struct {
	set     *Set
	leases  map[int]uint32 // that are not 0
	devices map[int]uint32
	made    int // sessions besides those of the set, for as long as they were needed
}

func NewRows(set *Set) *Rows {
	return &Rows{set: set, leases: map[int]uint32{}, devices: map[int]uint32{}}
}

// task is one row that a call is about.
type task struct {
	number  int
	now     session // as it is, or as it is to be created
	renewed session // with its next lease
	updated session // with its next attributes
	renews  bool    // of the mixed calls: it is one of those that write
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

// Session returns a Session as it is.
func (r *Rows) Session(i int) session { return r.task(i).now }

// random returns n rows of the set by their ids, which is all that reading takes.
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

// fresh returns n rows that are not there.
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
