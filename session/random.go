package session

import "crypto/rand"

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// NewUserID returns a random id for a new user: 15 characters of a–z and 0–9,
// as Lucia's.
func NewUserID() string { return randomText(idLength) }

// randomText returns n characters, each chosen evenly from the alphabet.
func randomText(n int) string {
	// 256 is no multiple of 36: bytes from the last multiple on would make the
	// first letters more frequent, so they are thrown away.
	const end = 256 - 256%len(alphabet)
	text := make([]byte, 0, n)
	var buffer [64]byte
	for len(text) < n {
		rand.Read(buffer[:]) // never fails: it ends the program instead
		for _, b := range buffer {
			if int(b) < end && len(text) < n {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}
