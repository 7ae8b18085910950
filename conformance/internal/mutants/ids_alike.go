package mutants

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// aliases makes ids one that are folded to the same: the first that was seen
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

// foldedIDs compares all ids by what they are folded to.
func foldedIDs(t conformance.TB, s conformance.Store, columns spec.Columns, fold func(string) string) rows {
	users := &aliases{fold: fold, first: map[string]string{}}
	sessions := &aliases{fold: fold, first: map[string]string{}}
	return withIDs(openHealthy(t, s, columns), users.resolve, sessions.resolve)
}

func idsWithoutCase(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return foldedIDs(t, s, columns, strings.ToLower)
}

func idsWithoutTrailingSpaces(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return foldedIDs(t, s, columns, func(id string) string { return strings.TrimRight(id, " ") })
}

func idsNormalized(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return foldedIDs(t, s, columns, strings.NewReplacer("e\u0301", "é", "A\u030a", "\u00c5").Replace)
}

var leadingDigits = regexp.MustCompile(`^\s*0*([1-9][0-9]*)`)

func idsAsNumbers(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return foldedIDs(t, s, columns, func(id string) string {
		if m := leadingDigits.FindStringSubmatch(id); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil {
				return strconv.Itoa(n)
			}
		}
		return id
	})
}

// recordCreated returns an adapter that remembers what was created.
func recordCreated(a rows) (*altered, *created.Rows) {
	c := new(created.Rows)
	return &altered{rows: a,
		createUser: func(ctx context.Context, user spec.UserRow) error {
			return c.AddUser(user.ID, a.CreateUser(ctx, user))
		},
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			return c.AddSession(session.ID, session.UserID, a.CreateSession(ctx, session))
		},
	}, c
}

func deleteSessionIgnoresCase(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteSession = func(ctx context.Context, id string) error {
		for _, other := range c.Sessions(func(other, _ string) bool { return strings.EqualFold(other, id) }) {
			if err := a.rows.DeleteSession(ctx, other); err != nil {
				return err
			}
		}
		return nil
	}
	return a
}

func deleteUserMatchesPattern(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteUser = func(ctx context.Context, id string) error {
		like := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(id))
		pattern := regexp.MustCompile("(?s)^" + like + "$")
		for _, other := range c.Users() {
			if pattern.MatchString(other) {
				if err := a.rows.DeleteUser(ctx, other); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return a
}

func sessionTrims(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, session: func(ctx context.Context, id string) (spec.SessionRow, error) {
		found, err := a.Session(ctx, id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return a.Session(ctx, strings.TrimSpace(id))
		}
		return found, err
	}}
}

func keepIgnoresCase(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		kept := c.Sessions(func(id, _ string) bool {
			return slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(k, id) })
		})
		return a.rows.DeleteUserSessions(ctx, userID, kept)
	}
	return a
}

func listsByPrefix(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		list, err := a.rows.UserSessions(ctx, userID)
		if err != nil || userID == "" {
			return list, err
		}
		others := c.Sessions(func(id, owner string) bool {
			return owner != "" && owner != userID && strings.HasPrefix(owner+":"+id, userID+":")
		})
		for _, id := range others {
			other, err := a.rows.Session(ctx, id)
			if err == nil {
				list = append(list, other)
			}
		}
		return list, nil
	}
	return a
}

func sharedKeys(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	create := a.createSession
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		if slices.Contains(c.Users(), session.ID) {
			return spec.ErrSessionExists
		}
		return create(ctx, session)
	}
	return a
}

func sweepMissesAnonymous(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, err := sweep.Normal(); err != nil || sweep.UserID != "" {
			return a.rows.DeleteExpiredSessions(ctx, sweep)
		}
		var n int64
		for _, id := range c.Users() {
			if sweep.Limit <= 0 {
				break
			}
			sweep.UserID, sweep.Everyone = id, false
			more, err := a.rows.DeleteExpiredSessions(ctx, sweep)
			if err != nil {
				return n, err
			}
			sweep.Limit -= int(more)
			n += more
		}
		return n, nil
	}
	return a
}
