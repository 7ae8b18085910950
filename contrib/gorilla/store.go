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

// Data are the attributes of a row: what it has besides the id and the expiry.
type Data struct {
	Values []byte `db:"data"` // encoded with encoding/gob
}

// Store keeps sessions for gorilla/sessions. It implements sessions.Store, and is safe
// for concurrent use. Use [New] to create one.
type Store struct {
	// Options are the options of new sessions. Set them before you use the store. The
	// defaults are every path of the host, 30 days, Secure, HttpOnly and SameSite=Lax.
	Options *sessions.Options

	rows   *spec.SessionStore[Data]
	codecs []securecookie.Codec
}

// browserSession is the lifetime of a row whose cookie ends with the browser.
const browserSession = 24 * time.Hour

// New returns a store for gorilla/sessions. The caller closes rows.
//
// The keys are pairs, as for gorilla's own stores: a signing key of 32 or 64 random bytes,
// and an encryption key of 16, 24 or 32 bytes. An encryption key can be nil, and the last
// one can be left out. New cookies use the first pair. Cookies of the other pairs are
// accepted. To replace a key, put the new pair in front. Unusable keys are an error.
func New(rows *spec.SessionStore[Data], keyPairs ...[]byte) (*Store, error) {
	if rows == nil {
		return nil, errors.New("tenongorilla: no store")
	}
	codecs := securecookie.CodecsFromPairs(keyPairs...)
	if len(codecs) == 0 {
		return nil, errors.New("tenongorilla: no key to sign cookies with")
	}
	for i, c := range codecs {
		c.(*securecookie.SecureCookie).MaxAge(0) // the row has the expiry
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

// Get returns the session with this name. All calls in a request return the same
// session. The first one calls [Store.New].
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New returns the session of the request's cookie, as the store has it now. It returns a
// new session if there is no cookie, or if the session has expired or no longer exists.
// If the store did not make the cookie, or fails, New returns a new session and an error.
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

// Save stores a session and sets its cookie. Call it before you write the response's body.
// If Options.MaxAge is negative, Save deletes the session and its cookie. If it returns an
// error, it has not set a cookie.
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
