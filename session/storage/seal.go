package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/tenon-go/tenon/session/internal/cookie"
)

// content is the content of a cookie: when the session was committed and when it was
// created, in milliseconds since 1970, and its id or, with NewInCookie, its data. It
// does not contain the expiry, so a change of the config applies to existing cookies.
type content struct {
	At      int64  `json:"at"`
	Created int64  `json:"created"`
	ID      string `json:"id,omitempty"`
	Data    *Data  `json:"data,omitempty"`
}

func (c content) committedAt() time.Time { return time.UnixMilli(c.At).UTC() }
func (c content) createdAt() time.Time   { return time.UnixMilli(c.Created).UTC() }

// seal signs contents and verifies its signatures.
type seal []securecookie.Codec // one per secret; the first one signs

func newSeal(secrets []string) seal {
	var s seal
	for _, secret := range secrets {
		// Turn off the library's own limits, which use time.Now and the length of the
		// value without the name. Our limits are in content and in sign.
		s = append(s, securecookie.New([]byte(secret), nil).
			MaxAge(0).MaxLength(0).SetSerializer(securecookie.NopEncoder{}))
	}
	return s
}

// sign returns the value of a cookie with this name and content.
func (s seal) sign(name string, c content) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("storage: write the cookie: %w", err)
	}
	value, err := s[0].Encode(name, text)
	if err != nil {
		return "", fmt.Errorf("storage: sign the cookie: %w", err)
	}
	if len(name)+len(value) > cookie.MaxSize {
		return "", ErrTooLarge
	}
	return value, nil
}

// verify returns the content of a cookie's value. It reports false unless sign
// returned this value for a cookie of this name with one of the secrets.
func (s seal) verify(name, value string) (content, bool) {
	var text []byte
	if securecookie.DecodeMulti(name, value, &text, s...) != nil {
		return content{}, false
	}
	var c content
	err := json.Unmarshal(text, &c)
	return c, err == nil
}
