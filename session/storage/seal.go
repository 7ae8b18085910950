package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/tenon-go/tenon/session/internal/cookie"
)

// content is what a cookie says: when the session was committed and when it was
// created, in milliseconds since 1970, and its id or, where all is in the
// cookie, its data. It does not say until when it is good, which a change of the
// config may change.
type content struct {
	At      int64  `json:"at"`
	Created int64  `json:"created"`
	ID      string `json:"id,omitempty"`
	Data    *Data  `json:"data,omitempty"`
}

func (c content) committedAt() time.Time { return time.UnixMilli(c.At).UTC() }
func (c content) createdAt() time.Time   { return time.UnixMilli(c.Created).UTC() }

// seal signs contents, and knows what it signed.
type seal []securecookie.Codec // by the secrets; the first one signs

func newSeal(secrets []string) seal {
	var s seal
	for _, secret := range secrets {
		// The library's own limits go by time.Now, and by the value without
		// the name; ours are in content and in sign.
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

// verify returns the content of a cookie's value, and reports false for a value
// that sign did not return, with one of the secrets and for a cookie of this
// name.
func (s seal) verify(name, value string) (content, bool) {
	var text []byte
	if securecookie.DecodeMulti(name, value, &text, s...) != nil {
		return content{}, false
	}
	var c content
	err := json.Unmarshal(text, &c)
	return c, err == nil
}
