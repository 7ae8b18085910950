package measure

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// Progress shows the time left. On a terminal it does so in one line that fits, which it
// updates while a call is measured.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		width int
		want  string
	}{
		{0, "sqlite    Session (0 of 5 measured, about 50s left)\n" +
			"sqlite    SwapLease (2 of 5 measured, about 36s left)\n"},
		{70, "\r\x1b[Ksqlite    Session (0 of 5 measured, about 50s left)" +
			"\r\x1b[Ksqlite    SwapLease (2 of 5 measured, about 36s left)" +
			"\r\x1b[Ksqlite    SwapLease (2 of 5 measured, about 29s left)"},
		{22, "\r\x1b[Ksqlite    Session (0 " + "\r\x1b[Ksqlite    SwapLease (" + "\r\x1b[Ksqlite    SwapLease ("},
	} {
		synctest.Test(t, func(t *testing.T) {
			var w bytes.Buffer
			p := NewProgress(&w, func() int { return test.width }, 10*time.Second)
			p.total = 5
			p.Show("sqlite", "Session")
			time.Sleep(24 * time.Second) // of the bubble's clock, as below
			p.done(10 * time.Second)
			p.done(10 * time.Second)
			p.Show("sqlite", "SwapLease")
			p.left(6 * time.Second) // is too soon to be shown
			time.Sleep(time.Second)
			p.left(5 * time.Second)
			if w.String() != test.want {
				t.Errorf("width %d: got %q, want %q", test.width, w.String(), test.want)
			}
		})
	}
}
