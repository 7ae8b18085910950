package session

import (
	"crypto/subtle"
	"strconv"
	"strings"
	"time"
)

// record is what a session's credential says. The store keeps it as text, of
// at most 113 of the 255 bytes that there are, in one of two forms:
//
//	1.flags.current
//	1.flags.current.previous.until
//
// 1 is the version of the encoding. Flags are the letters p for persistent or
// b for brief, and u for unseen, in this order, each if it applies. Current and previous are
// SHA-256 digests of secrets in base64url without padding. Until is decimal,
// in milliseconds since 1970.
type record struct {
	persistent bool   // the login outlives the browser ("remember me")
	brief      bool   // the user chose that it does not; never both
	unseen     bool   // the current token has never been presented, and may be lost
	current    string // digest of the newest token's secret
	previous   string // digest of the one that it replaced; empty: none
	until      int64  // unseen: when the newest may be issued again; else when the previous ceases to work
}

const (
	version      = "1"
	digestLength = 43
)

// Credential returns the credential of a session with this token and no other,
// for programs that write sessions through an adapter: to move those of
// another system over, say. The session's id must be that of token.ID. With
// the credential of the zero Token nothing is ever valid.
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

// parseRecord reads what encode wrote, and reports false for all else.
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

// isBrief reports whether a credential has the flag b, without reading it all.
func isBrief(credential string) bool { return strings.HasPrefix(credential, version+".b") }

// standing is how a token stands to a record.
type standing int

const (
	refused    standing = iota // not this session's, or replaced for too long
	current                    // the newest
	superseded                 // replaced, and still accepted
)

// standing says how the token with this digest stands at now. It takes the
// same time whatever the digests are.
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

// holds reports whether the token with this digest is the newest one of a
// record, or the one before it, whether or not that is still accepted.
func (r *record) holds(digest string) bool {
	isCurrent := subtle.ConstantTimeCompare([]byte(digest), []byte(r.current)) == 1
	isPrevious := subtle.ConstantTimeCompare([]byte(digest), []byte(r.previous)) == 1
	return isCurrent || isPrevious
}
