package session

import (
	"crypto/subtle"
	"strconv"
	"strings"
	"time"
)

// record is the decoded form of a session's credential. The store keeps it as text
// of at most 113 bytes, of the 255 that it can hold, in one of two forms:
//
//	1.flags.current
//	1.flags.current.previous.until
//
// The 1 is the version of the encoding. Flags are the letters p for persistent or
// b for brief, then u for unseen, each only if it applies. Current and previous are
// SHA-256 digests of secrets in base64url without padding. Until is decimal,
// in milliseconds since 1970.
type record struct {
	persistent bool   // the sign-in outlives the browser ("remember me")
	brief      bool   // the user chose that it does not; never set with persistent
	unseen     bool   // the current token has never been presented, and may be lost
	current    string // digest of the newest token's secret
	previous   string // digest of the secret of the token before; empty if there is no such token
	until      int64  // if unseen, when another token can be issued; otherwise when the previous token becomes void
}

const (
	version      = "1"
	digestLength = 43
)

// Credential returns the credential of a session with this token only. It is for
// programs that write sessions through an adapter, for example to import those of
// another system. The session's id must be token.ID(). The credential of the zero
// Token matches no token.
func Credential(token Token, persistent bool) string {
	return record{persistent: persistent, current: token.digest()}.encode()
}

func (r record) encode() string {
	text := version + "."
	switch {
	case r.persistent:
		text += "p"
	case r.brief:
		text += "b"
	}
	if r.unseen {
		text += "u"
	}
	text += "." + r.current
	if r.previous != "" {
		text += "." + r.previous + "." + strconv.FormatInt(r.until, 10)
	}
	return text
}

// parseRecord decodes the text that encode wrote. It reports false for any other
// text.
func parseRecord(credential string) (record, bool) {
	var r record
	rest, ok := strings.CutPrefix(credential, version+".")
	if !ok {
		return record{}, false
	}
	if rest, r.persistent = strings.CutPrefix(rest, "p"); !r.persistent {
		rest, r.brief = strings.CutPrefix(rest, "b")
	}
	rest, r.unseen = strings.CutPrefix(rest, "u")
	if rest, ok = strings.CutPrefix(rest, "."); !ok {
		return record{}, false
	}
	var more bool
	r.current, rest, more = strings.Cut(rest, ".")
	if len(r.current) != digestLength {
		return record{}, false
	}
	if !more {
		return r, !r.unseen
	}
	r.previous, rest, _ = strings.Cut(rest, ".")
	if len(r.previous) != digestLength {
		return record{}, false
	}
	var err error
	r.until, err = strconv.ParseInt(rest, 10, 64)
	return r, err == nil && strconv.FormatInt(r.until, 10) == rest
}

// isBrief reports whether a credential has the flag b, without decoding it.
func isBrief(credential string) bool { return strings.HasPrefix(credential, version+".b") }

// standing is how a token relates to a record.
type standing int

const (
	refused    standing = iota // not this session's, or replaced too long ago
	current                    // the newest token
	superseded                 // replaced, and still accepted
)

// standing returns how the token with this digest relates to the record at now. It
// takes the same time for all digests.
func (r *record) standing(digest string, now time.Time) standing {
	isCurrent := subtle.ConstantTimeCompare([]byte(digest), []byte(r.current)) == 1
	isPrevious := subtle.ConstantTimeCompare([]byte(digest), []byte(r.previous)) == 1
	switch {
	case isCurrent:
		return current
	case isPrevious && (r.unseen || now.UnixMilli() < r.until):
		return superseded
	}
	return refused
}

// holds reports whether the token with this digest is the newest one of the record
// or the one before. The token before need not be accepted any longer.
func (r *record) holds(digest string) bool {
	isCurrent := subtle.ConstantTimeCompare([]byte(digest), []byte(r.current)) == 1
	isPrevious := subtle.ConstantTimeCompare([]byte(digest), []byte(r.previous)) == 1
	return isCurrent || isPrevious
}
