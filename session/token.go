package session

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// ID is the public id of a session. It can be listed, logged and put into forms: it
// grants no access.
type ID string

// Token is the credential that a client presents to use a session. It consists of
// the session's [ID] and a secret, 40 characters in all. The characters of tokens of
// [NewToken] are a–z and 0–9. Tokens that were moved from older versions of Lucia can
// also have A–Z. The zero Token means that there is no token.
//
// A Token hides its text: fmt and slog write a placeholder, and encoding it as JSON
// or text is an error. [Token.Reveal] returns the text. Tokens cannot be compared
// with ==, which would not compare their texts.
type Token struct {
	// A function, because printers do not call methods of unexported fields: for a
	// Token in a struct, fmt would print a string field, and other printers would
	// follow a pointer to a string. No printer looks into a function, and functions
	// cannot be compared.
	text func() string
}

const (
	idLength     = 15
	secretLength = 25 // 25 × log2(36) = 129 bits
	tokenLength  = idLength + secretLength
)

// NewToken returns a random token. [Manager.Create] makes its own token unless it is
// given one by [WithToken].
func NewToken() Token { return newToken(ID(randomText(idLength))) }

// newToken returns a token for the session with this id and a new secret.
func newToken(id ID) Token {
	return tokenOf(string(id) + randomText(secretLength))
}

func tokenOf(text string) Token { return Token{text: func() string { return text }} }

// errToken matches ErrNoSession, which a validation checks for. Its text describes
// a token, for applications that make their own.
var errToken = fmt.Errorf("%w: a token has %d characters of a–z, A–Z and 0–9, an id of %d and a secret of %d",
	ErrNoSession, tokenLength, idLength, secretLength)

// ParseToken returns the token with this text, which is an id of 15 characters and
// a secret of 25, of a–z, A–Z and 0–9. Any other text is ErrNoSession.
//
// Case is significant: ids are compared byte for byte. A custom store that keeps
// one file per id, for example, must not use a file system that ignores case.
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

// Reveal returns the text of the token. Put it only into a cookie or into the
// response to the client of an API. For the zero Token it returns "".
func (t Token) Reveal() string {
	if t.text == nil {
		return ""
	}
	return t.text()
}

// IsZero reports whether t is the zero Token.
func (t Token) IsZero() bool { return t.text == nil }

// ID returns the id of the token's session. For the zero Token it returns "".
func (t Token) ID() ID {
	if t.text == nil {
		return ""
	}
	return ID(t.text()[:idLength])
}

// digest returns the SHA-256 of the token's secret in base64url, which is all that a
// store knows of the secret. For the zero Token it returns "", which is not a digest.
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

// MarshalText returns an error, so encodings that use it fail. To give the client
// the token, use [Token.Reveal].
func (t Token) MarshalText() ([]byte, error) {
	return nil, errors.New("session: a token is not encoded: use Reveal where the client is to have it")
}
