package conformance

import (
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/internal/sample"
)

// largeText returns n bytes of text with every ASCII control character except NUL,
// quotes, backslashes, and the first and the last character of each length in UTF-8. No
// two parts of it are the same.
func largeText(n int) string {
	var part strings.Builder
	for c := rune(1); c < 128; c++ {
		part.WriteRune(c)
	}
	part.WriteString("\u0080\u07ff\u0800\ud7ff\ue000\ufffd\ufffe\uffff\U00010000\U0010ffff \\\\ \\' '' \"\" \\\" \r\n %s ")
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		next := part.String() + strconv.Itoa(i)
		if b.Len()+len(next) > n {
			next = strings.Repeat("x", n-b.Len())
		}
		b.WriteString(next)
	}
	return b.String()
}

// largeBytes returns n bytes of every value.
func largeBytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i + i/256)
	}
	return b
}

func richLarge(t *tester[richUser, richSession]) {
	const mebibyte = 1 << 20
	var users []variant[richUser]
	var sessions []variant[richSession]
	for _, n := range []int{1 << 16, mebibyte} {
		text, data := largeText(n), largeBytes(n)
		// For JSON use only as much of it as can be encoded and decoded quickly, followed by
		// as much as can be compared quickly.
		list := []string{text[:8000], strings.Repeat("x", n-8000)}
		name := strconv.Itoa(n) + " bytes"
		users = append(users, variant[richUser]{name: name, change: func(u *richUser) {
			u.UserID, u.Photo, u.Roles = text, data, list
		}})
		sessions = append(sessions, variant[richSession]{name: name, change: func(s *richSession) {
			s.IP, s.Country, s.Location = &text, data, sample.Address{Lines: list}
		}})
	}
	roundTrip(t, users, sessions)
}
