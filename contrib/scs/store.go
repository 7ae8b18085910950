// Package tenonscs keeps the sessions of scs (github.com/alexedwards/scs) in any
// spec.SessionStore:
//
//	sessions, err := postgres.OpenSessions[tenonscs.Data](ctx, dsn)
//	…
//	store, err := tenonscs.New(sessions)
//	…
//	manager := scs.New()
//	manager.Store = store
//
// The package is not named like its folder, since programs that import it also import
// scs.
//
// # What is stored
//
// A session is anonymous. Its id is the SHA-256 of scs's token, so a reader of the table
// cannot take over a session, and scs's own HashTokenInStore is not needed. The session
// expires when scs says. Expired rows are not found, but stay until they are deleted: by
// Run of package session's Manager on the same store, as in the example, or by the
// command "tenon sweep".
//
// [Store] does not implement scs.IterableStore, because tokens cannot be computed from
// their digests. So scs's Iterate panics.
//
// # Calls
//
// Finding a session costs one read. Committing a new one costs a read and an insert,
// because scs does not say that it is new. Committing an existing one costs a read and two
// updates, of its expiry and its data. With IdleTimeout, scs commits in every request.
//
// # Requests at the same time
//
// As with scs's own stores, if two requests change the same session, the last commit
// wins, for all values.
//
// Also as with those stores, a request that has loaded a session, and commits it after
// another request has destroyed it, creates it again with the data that it had loaded:
// scs does not tell the store which tokens existed before. RenewToken destroys the old
// token in the same way. So a sign-out is undone for everyone who still has the token, if
// another request of that session was in progress and changes the session, or, with
// IdleTimeout, if any other request was in progress. Package session, for signing people
// in, and package storage, for other data, do not have this race: they create a session
// only once.
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

// Data are the attributes of a row: what it has besides the id and the expiry.
type Data struct {
	Values []byte `db:"data"` // encoded by scs's codec
}

// Store keeps sessions for scs. It implements scs.CtxStore, and is safe for concurrent
// use. Use [New] to create one.
type Store struct{ sessions *spec.SessionStore[Data] }

// New returns a store for scs. The caller closes sessions.
func New(sessions *spec.SessionStore[Data]) (*Store, error) {
	if sessions == nil {
		return nil, errors.New("tenonscs: no store")
	}
	return &Store{sessions}, nil
}

// FindCtx returns the data of a session. Found is false if no session has this token, or
// if the session has expired.
func (s *Store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	session, err := s.sessions.Session(ctx, idOf(token))
	if errors.Is(err, spec.ErrSessionNotFound) || err == nil && session.State(time.Now()) == spec.Expired {
		return nil, false, nil
	}
	return session.Attributes.Values, err == nil, err
}

// CommitCtx stores the data of a session. It creates the session if it does not exist.
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
		if !errors.Is(err, spec.ErrSessionExists) { // else another call was faster
			return err
		}
	}
}

// DeleteCtx deletes a session. It is not an error if the session does not exist.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.sessions.DeleteSession(ctx, idOf(token))
}

// Find is [Store.FindCtx] without a context. Scs itself calls the methods with contexts.
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
