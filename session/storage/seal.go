package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/securecookie"
)

// content is what a cookie says: until when it is good, and the id of the
// session or, where all is in the cookie, its data.
type content struct {
	Expires int64  `json:"expires"` // milliseconds since 1970
	ID      string `json:"id,omitempty"`
	Data    *Data  `json:"data,omitempty"`
}

func (c content) expires() time.Time { return time.UnixMilli(c.Expires).UTC() }

// seal signs contents, and knows what it signed.
type seal struct {
	name   string
	codecs []securecookie.Codec // by the secrets; the first one signs
}

func newSeal(name string, secrets []string) seal {
	s := seal{name: name}
	for _, secret := range secrets {
		// The library's own limits go by time.Now, and by the value without
		// the name; ours are in content and in sign.
		s.codecs = append(s.codecs, securecookie.New([]byte(secret), nil).
			MaxAge(0).MaxLength(0).SetSerializer(securecookie.NopEncoder{}))
	}
	return s
}

// sign returns the value of a cookie with this content.
func (s seal) sign(c content) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("storage: write the cookie: %w", err)
	}
	value, err := s.codecs[0].Encode(s.name, text)
	if err != nil {
		return "", fmt.Errorf("storage: sign the cookie: %w", err)
	}
	if len(s.name)+len(value) > maxCookieBytes {
		return "", ErrTooLarge
	}
	return value, nil
}

// verify returns the content of a cookie's value, and reports false for a value
// that sign did not return, with one of the secrets and for a cookie of this
// name.
func (s seal) verify(value string) (content, bool) {
	var text []byte
	if securecookie.DecodeMulti(s.name, value, &text, s.codecs...) != nil {
		return content{}, false
	}
	var c content
	err := json.Unmarshal(text, &c)
	return c, err == nil
}
