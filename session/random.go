package session

import "crypto/rand"

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// NewUserID returns a random id for a new user: 15 characters of a–z and 0–9, like
// the ids of Lucia.
func NewUserID() string { return randomText(idLength) }

// randomText returns n random characters of the alphabet, all equally likely.
func randomText(n int) string {
	// 256 is not a multiple of 36. Bytes above the last multiple are discarded,
	// because they would make the first letters more frequent.
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
