// Package created is shared by the mutants of adapters and of fronts. It records the rows
// that were created, and cuts ids.
package created

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// Rows records the rows that were created, for mutants that search for other rows than
// requested. It is safe for concurrent use. The zero value has no rows.
type Rows struct {
	mu       sync.Mutex
	users    []string
	sessions []session
}

type session struct{ id, userID string }

// AddUser records a user unless creating it failed with err.
func (r *Rows) AddUser(id string, err error) {
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.users = append(r.users, id)
	}
}

// AddSession is [Rows.AddUser] for a session.
func (r *Rows) AddSession(id, userID string, err error) {
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sessions = append(r.sessions, session{id, userID})
	}
}

// Users returns the ids of all users.
func (r *Rows) Users() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.users)
}

// Sessions returns the ids of the sessions that match.
func (r *Rows) Sessions(match func(id, userID string) bool) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for _, s := range r.sessions {
		if match(s.id, s.userID) {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// CutAt returns a function that cuts a text after at most n bytes, but not within a
// character.
func CutAt(n int) func(string) string {
	return func(text string) string {
		if len(text) <= n {
			return text
		}
		end := n
		for !utf8.RuneStart(text[end]) {
			end--
		}
		return text[:end]
	}
}
