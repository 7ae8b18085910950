package tenongorilla

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"github.com/tenon-go/tenon/contrib/internal/replace"
	"github.com/tenon-go/tenon/spec"
)

// Data is what a row keeps of a session, beside the id and the expiry.
type Data struct {
	Values []byte `db:"data"` // by encoding/gob
}

// Store keeps sessions for gorilla/sessions. It implements sessions.Store, and is safe
// for concurrent use. It is made by [New].
type Store struct {
	// Options are those of new sessions. Set them before the store is used. Default:
	// every path of the host, 30 days, Secure, HttpOnly and SameSite=Lax.
	Options *sessions.Options

	rows   *spec.SessionStore[Data]
	codecs []securecookie.Codec
}

// browserSession is how long a row lives whose cookie ends with the browser.
const browserSession = 24 * time.Hour

// New returns a store for gorilla/sessions. The store of rows stays the caller's, who
// closes it.
//
// The keys are pairs, as for gorilla's own stores: one that signs, of 32 or 64 random
// bytes, and one that encrypts, of 16, 24 or 32 bytes, which may be nil, and be missing
// at the end. The first pair is for new cookies; those of the others are read. To
// replace a key put the new pair in front. Keys that cannot be used are an error.
func New(rows *spec.SessionStore[Data], keyPairs ...[]byte) (*Store, error) {
	if rows == nil {
		return nil, errors.New("tenongorilla: no store")
	}
	codecs := securecookie.CodecsFromPairs(keyPairs...)
	if len(codecs) == 0 {
		return nil, errors.New("tenongorilla: no key to sign cookies with")
	}
	for i, c := range codecs {
		c.(*securecookie.SecureCookie).MaxAge(0) // the row knows
		if _, err := c.Encode("name", "id"); err != nil {
			return nil, fmt.Errorf("tenongorilla: key pair %d: %w", i+1, err)
		}
	}
	return &Store{
		Options: &sessions.Options{Path: "/", MaxAge: 30 * 86400, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode},
		rows:    rows,
		codecs:  codecs,
	}, nil
}

// Get returns the session of this name, the same one for each call of a request. It
// does what [Store.New] does when it is called first.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New returns the session that the request's cookie names, as it is now, and a new one
// if there is no cookie, or its session has expired or is gone. If the cookie is not
// ours, or the store fails, it returns an error beside a new session.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	options := *s.Options
	session.Options, session.IsNew = &options, true
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	var id string
	if err := securecookie.DecodeMulti(name, cookie.Value, &id, s.codecs...); err != nil {
		return session, err
	}
	row, err := s.rows.Session(r.Context(), id)
	switch {
	case errors.Is(err, spec.ErrSessionNotFound):
		return session, nil
	case err != nil:
		return session, err
	case row.State(time.Now()) == spec.Expired:
		return session, nil
	}
	values := session.Values
	if err := gob.Deserialize(row.Attributes.Values, &values); err != nil {
		return session, err
	}
	session.ID, session.Values, session.IsNew = id, values, false
	return session, nil
}

// Save stores a session and sets its cookie, so it comes before the first byte of the
// response. If Options.MaxAge is negative it deletes the session and its cookie. After
// an error no cookie was set.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		if err := s.rows.DeleteSession(r.Context(), session.ID); err != nil {
			return err
		}
		session.ID, session.IsNew = "", true
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	values, err := gob.Serialize(session.Values)
	if err != nil {
		return err
	}
	id, isNew := session.ID, session.ID == ""
	if isNew {
		id = rand.Text()
	}
	cookie, err := securecookie.EncodeMulti(session.Name(), id, s.codecs...)
	if err != nil {
		return err
	}
	now := time.Now()
	expires := now.Add(time.Duration(session.Options.MaxAge) * time.Second)
	if session.Options.MaxAge == 0 {
		expires = now.Add(browserSession)
	}
	if isNew {
		err = s.rows.CreateSession(r.Context(), spec.Session[Data]{
			ID: id, CreatedAt: now, Lease: replace.Lease(expires), Attributes: Data{values},
		})
	} else {
		err = replace.Session(r.Context(), s.rows, id, Data{values}, expires)
	}
	if err != nil {
		return err
	}
	session.ID = id
	http.SetCookie(w, sessions.NewCookie(session.Name(), cookie, session.Options))
	return nil
}

var gob securecookie.GobEncoder
