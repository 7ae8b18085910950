package proxy

import (
	"io"
	"strings"
	"testing"
)

// TestRedis uses a server that answers each command with the text after a bar in the
// command.
func TestRedis(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		sent    string
		lost    bool // if an answer is to be lost
		trips   int
		counted string
	}{
		{"signing in", "*2\r\n$5\r\nhello\r\n$1\r\n3\r\n|%0", false, 0, ""},
		{"read", "*2\r\n$7\r\nhgetall\r\n|%0", false, 1, ""},
		{"script", "*3\r\n$7\r\nevalsha\r\n|$4\r\ndone", true, 1, "EVAL"},
		{"script, as a whole", "*3\r\n$4\r\nEVAL\r\n|:1", true, 1, "EVAL"},
		{"script that is not known", "*3\r\n$7\r\nevalsha\r\n|-NOSCRIPT No matching script", false, 1, "NOSCRIPT"},
		{"a value that is like one", "*3\r\n$3\r\nset\r\n$60\r\n" + strings.Repeat("x", 52) + "\nevalsha\r\n|+OK", false, 1, ""},
	} {
		for _, losing := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				p := &Proxy{losing: losing, counts: Counts{Answers: map[string]int{}}}
				r := new(Redis)
				if err := r.Requests(p, io.Discard, strings.NewReader(test.sent)); err != io.EOF {
					t.Fatal(err)
				}
				_, answer, _ := strings.Cut(test.sent, "|")
				var got strings.Builder
				if err := r.Answers(p, &got, strings.NewReader(answer)); err != io.EOF {
					t.Fatal(err)
				}
				lost := losing && test.lost
				if (got.String() == "") != lost || !lost && got.String() != answer {
					t.Errorf("the client got %q", got.String())
				}
				c := p.Counts()
				if c.RoundTrips != test.trips || test.counted != "" && c.Answers[test.counted] != 1 || test.counted == "" && len(c.Answers) > 0 || (c.Lost == 1) != lost {
					t.Errorf("counts: %+v", c)
				}
			})
		}
	}
}
