package mutants

import (
	"context"
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
		withIDs(a, users.resolve, sessions.resolve)
	}
}

var leadingDigits = regexp.MustCompile(`^\s*0*([1-9][0-9]*)`)

// recordCreated makes an adapter record the rows that are created.
func recordCreated(a *altered) *created.Rows {
	c := new(created.Rows)
	a.createUser = func(ctx context.Context, user spec.UserRow) error {
		return c.AddUser(user.ID, a.rows.CreateUser(ctx, user))
	}
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		return c.AddSession(session.ID, session.UserID, a.rows.CreateSession(ctx, session))
	}
	return c
}
