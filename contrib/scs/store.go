// Package tenonscs keeps the sessions of scs (github.com/alexedwards/scs) in any
// store for sessions alone:
//
//	sessions, err := postgres.OpenSessions[tenonscs.Data](ctx, dsn)
//	…
//	store, err := tenonscs.New(sessions)
//	…
//	manager := scs.New()
//	manager.Store = store
//
// The package has another name than its folder, because programs that import it
// import scs too.
//
// # What is stored
//
// A session is anonymous. Its id is the SHA-256 of scs's token: reading the table is
// not enough to take over a session, and scs's own HashTokenInStore is not needed. It
// expires when scs says. Rows that have expired are not found, and stay until
// something deletes them: Run of package session's Manager on the same store, as the
// example does, or the command "tenon sweep".
//
// [Store] is no scs.IterableStore, because tokens cannot be had from their digests:
// scs's Iterate panics.
//
// # Calls
//
// A session that is found is one read. A new one costs a read and an insert, because
// scs does not say that it is new; one that exists costs a read and two updates, of its
// expiry and its data. With IdleTimeout scs commits in every request.
//
// # Requests at the same time
//
// As with scs's own stores, of two requests that change one session the one that
// commits last wins, for all values.
//
// Also as with those, a request that has loaded a session, and commits it after
// another request has destroyed it, creates it again, with the data that it had
// loaded: scs does not say which tokens once were. RenewToken destroys the old token
// in the same way. So a sign-out is undone for whoever still has the token, if another
// request of that session was under way that changes it, or any other with
// IdleTimeout. Package session, for signing people in, and package storage, for other
// data, do not have this race: their sessions are created once.
package tenonscs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/tenon-go/tenon/contrib/internal/replace"
	"github.com/tenon-go/tenon/spec"
)

// Data is what a row keeps of a session, beside the id and the expiry.
type Data struct {
	Values []byte `db:"data"` // as scs's codec writes them
}

// Store keeps sessions for scs. It implements scs.CtxStore, and is safe for concurrent
// use. It is made by [New].
type Store struct{ sessions *spec.SessionStore[Data] }

// New returns a store for scs. The store of sessions stays the caller's, who closes it.
func New(sessions *spec.SessionStore[Data]) (*Store, error) {
	if sessions == nil {
		return nil, errors.New("tenonscs: no store")
	}
	return &Store{sessions}, nil
}

// FindCtx returns the data of a session, and false if no session has this token
// or if it has expired.
func (s *Store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	session, err := s.sessions.Session(ctx, idOf(token))
	if errors.Is(err, spec.ErrSessionNotFound) || err == nil && session.State(time.Now()) == spec.Expired {
		return nil, false, nil
	}
	return session.Attributes.Values, err == nil, err
}

// CommitCtx stores the data of a session, whether there is one with this token or not.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	id, values := idOf(token), Data{data}
	for {
		err := replace.Session(ctx, s.sessions, id, values, expiry)
		if !errors.Is(err, spec.ErrSessionNotFound) {
			return err
		}
		err = s.sessions.CreateSession(ctx, spec.Session[Data]{
			ID: id, CreatedAt: time.Now(), Lease: replace.Lease(expiry), Attributes: values,
		})
		if !errors.Is(err, spec.ErrSessionExists) { // another call was quicker
			return err
		}
	}
}

// DeleteCtx deletes a session. An absent one is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.sessions.DeleteSession(ctx, idOf(token))
}

// Find is [Store.FindCtx] without a context. Scs calls the methods with contexts.
func (s *Store) Find(token string) (data []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is [Store.CommitCtx] without a context.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is [Store.DeleteCtx] without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func idOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
