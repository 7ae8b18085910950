package measure

import (
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/tenon-go/tenon/bench/report"
)

// server answers each three bytes with five.
func server(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for request := make([]byte, 3); ; {
			if _, err := io.ReadFull(c, request); err != nil {
				return
			}
			if string(request) == "end" {
				continue // as MySQL does when a statement is closed
			}
			if _, err := c.Write([]byte("reply")); err != nil {
				return
			}
		}
	}()
	return l.Addr().String()
}

func TestForwarderCounts(t *testing.T) {
	f, err := listen(server(t))
	must(t, err)
	defer f.Close()
	c, err := net.Dial("tcp", f.Addr())
	must(t, err)
	defer c.Close()
	reply := make([]byte, 5)
	ask := func() {
		t.Helper()
		_, err := c.Write([]byte("ask"))
		must(t, err)
		_, err = io.ReadFull(c, reply)
		must(t, err)
	}
	end := func() { // has no answer, and is no round trip
		t.Helper()
		_, err := c.Write([]byte("end"))
		must(t, err)
	}
	ask()
	end()
	for f.counts().Sent < 6 {
		runtime.Gosched()
	}
	before := f.counts()
	ask()
	end()
	ask()
	ask()
	got := f.counts()
	got.RoundTrips, got.Sent, got.Received = got.RoundTrips-before.RoundTrips, got.Sent-before.Sent, got.Received-before.Received
	if want := (report.Wire{RoundTrips: 3, Sent: 12, Received: 15}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
