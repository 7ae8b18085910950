package session

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// ID is the public name of a session. It may be listed, logged and put into
// forms: it opens nothing.
type ID string

// Token is what a client presents to prove that a session is its own: the
// session's [ID] and a secret, 40 characters in all. Those of [NewToken] are of
// a–z and 0–9; those moved from older versions of Lucia may have A–Z too. The
// zero Token stands for no token.
//
// A Token does not print: fmt and slog show a placeholder for it, and
// encoding it, as JSON or text, is an error. [Token.Reveal] gives the text. Nor
// does it compare: == would not look at the text.
type Token struct {
	// A function, since printers call no methods on unexported fields: of a
	// Token in a struct fmt would print a string, and others would follow
	// a pointer to one. Nothing sees into a function, or compares two.
	text func() string
}

const (
	idLength     = 15
	secretLength = 25 // 25 × log2(36) = 129 bits
	tokenLength  = idLength + secretLength
)

// NewToken returns a random token. [Manager.Create] makes one itself; see
// [WithToken].
func NewToken() Token { return newToken(ID(randomText(idLength))) }

// newToken returns a token for this session with a new secret.
func newToken(id ID) Token {
	return tokenOf(string(id) + randomText(secretLength))
}

func tokenOf(text string) Token { return Token{text: func() string { return text }} }

// errToken is ErrNoSession for whoever validates, and says to whoever makes
// a token of their own what one looks like.
var errToken = fmt.Errorf("%w: a token has %d characters of a–z, A–Z and 0–9, an id of %d and a secret of %d",
	ErrNoSession, tokenLength, idLength, secretLength)

// ParseToken returns the token with this text: an id of 15 characters and
// a secret of 25, of a–z, A–Z and 0–9. A text that no token has is ErrNoSession.
//
// Capitals count: ids are compared byte for byte. Only a store of your own that
// keeps a file per id, say, must not be on a file system that ignores case.
func ParseToken(text string) (Token, error) {
	if len(text) != tokenLength {
		return Token{}, errToken
	}
	for _, c := range []byte(text) {
		if (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c) && (c < '0' || '9' < c) {
			return Token{}, errToken
		}
	}
	return tokenOf(text), nil
}

// Reveal returns the text of the token, which goes into a cookie or to the
// client of an API, and nowhere else. Of the zero Token it is empty.
func (t Token) Reveal() string {
	if t.text == nil {
		return ""
	}
	return t.text()
}

// IsZero reports whether t is the zero Token, which no session has.
func (t Token) IsZero() bool { return t.text == nil }

// ID returns the id of the session that the token is for. Of the zero Token it
// is empty.
func (t Token) ID() ID {
	if t.text == nil {
		return ""
	}
	return ID(t.text()[:idLength])
}

// digest returns what a store may know of the token's secret: its SHA-256 in
// base64url. Of the zero Token it is empty, which is no digest.
func (t Token) digest() string {
	if t.text == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(t.text()[idLength:]))
	var text [digestLength]byte
	base64.RawURLEncoding.Encode(text[:], sum[:])
	return string(text[:])
}

const placeholder = "[session token]"

// String returns a placeholder.
func (t Token) String() string { return placeholder }

// Format writes a placeholder, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { io.WriteString(f, placeholder) }

// LogValue returns a placeholder.
func (t Token) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalText fails, and so do encodings that use it: use [Token.Reveal] where
// the client is to have the token.
func (t Token) MarshalText() ([]byte, error) {
	return nil, errors.New("session: a token is not encoded: use Reveal where the client is to have it")
}
