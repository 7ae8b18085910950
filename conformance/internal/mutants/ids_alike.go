package mutants

import (
	"regexp"
	"sync"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// aliases treats ids as equal if they are folded to the same text. The first such id
// stands for all.
type aliases struct {
	fold func(string) string

	mu    sync.Mutex
	first map[string]string
}

func (x *aliases) resolve(id string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	folded := x.fold(id)
	if first, ok := x.first[folded]; ok {
		return first
	}
	if spec.ValidID(id) {
		x.first[folded] = id
	}
	return id
}

// foldedIDs compares all ids after folding them.
func foldedIDs(fold func(string) string) func(*altered) {
	return func(a *altered) {
		users := &aliases{fold: fold, first: map[string]string{}}
		sessions := &aliases{fold: fold, first: map[string]string{}}
		withIDs(users.resolve, sessions.resolve)(a)
	}
}

var leadingDigits = regexp.MustCompile(`^\s*0*([1-9][0-9]*)`)

// recordCreated makes an adapter record the rows that are created.
func recordCreated(a *altered) *created.Rows {
	rows := new(created.Rows)
	a.after(spec.OpCreateUser, func(c *call) { rows.AddUser(c.id, c.err) })
	a.after(spec.OpCreateSession, func(c *call) { rows.AddSession(c.id, c.session.UserID, c.err) })
	return rows
}
