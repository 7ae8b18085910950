// Package password checks passwords against the hashes that Lucia stored.
package password

import (
	"crypto/subtle"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/scrypt"
	"golang.org/x/text/unicode/norm"
)

const keyLength = 64

// Matches reports whether a hash that Lucia stored is of this password. It
// knows the hashes of Lucia 1 and 2, "s2:salt:key", which are those of
// LegacyScrypt in Lucia 3, and of Scrypt in Lucia 3, "salt:key". A hash without
// "s2:" in a table of Lucia 1 or 2 is older, and has 8 where this has 16: it
// matches nothing.
func Matches(hash, password string) bool {
	salt, key, ok := strings.Cut(strings.TrimPrefix(hash, "s2:"), ":")
	want, err := hex.DecodeString(key)
	if !ok || err != nil || len(want) != keyLength {
		return false
	}
	got, err := scrypt.Key(norm.NFKC.Bytes([]byte(password)), []byte(salt), 16384, 16, 1, keyLength) // the salt as its text
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}
