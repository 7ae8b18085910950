package wire_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/conformance/wire"
)

// server answers each line with "ok" and the line, or with "no" if it begins with "bad".
type server struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu   sync.Mutex
	seen []string
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: l}
	s.tasks.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.tasks.Go(func() {
				defer conn.Close()
				s.serve(conn)
			})
		}
	})
	t.Cleanup(func() { l.Close(); s.tasks.Wait() })
	return s
}

func (s *server) serve(conn net.Conn) {
	lines := bufio.NewScanner(conn)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.mu.Lock()
		s.seen = append(s.seen, lines.Text())
		s.mu.Unlock()
		answer := "ok "
		if strings.HasPrefix(lines.Text(), "bad") {
			answer = "no "
		}
		if _, err := io.WriteString(conn, answer+lines.Text()+"\n"); err != nil {
			return
		}
	}
}

// saw returns what the server has received since the last call.
func (s *server) saw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := strings.Join(s.seen, ", ")
	s.seen = nil
	return seen
}

func newProxy(t *testing.T, s *server) *wire.Proxy {
	t.Helper()
	p, err := wire.New(s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// client is one connection.
type client struct {
	net.Conn
	r *bufio.Reader
}

func connect(t *testing.T, p *wire.Proxy) client {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return client{conn, bufio.NewReader(conn)}
}

// ask sends a line and returns the answer, or "closed".
func (c client) ask(line string) string {
	if _, err := io.WriteString(c, line+"\n"); err != nil {
		return "closed"
	}
	answer, err := c.r.ReadString('\n')
	if err != nil {
		return "closed"
	}
	return strings.TrimSpace(answer)
}

func want(t *testing.T, got, expected string) {
	t.Helper()
	if got != expected {
		t.Errorf("got %q, want %q", got, expected)
	}
}

func TestPasses(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t))
	one, other := connect(t, p), connect(t, p)
	long := strings.Repeat("x", 300_000)
	want(t, one.ask("a"), "ok a")
	want(t, other.ask("b"), "ok b")
	want(t, one.ask(long), "ok "+long)
	if got := p.RoundTrips(); got != 3 {
		t.Errorf("%d round trips, want 3", got)
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t))
	c := connect(t, p)
	want(t, c.ask("a"), "ok a")
	restore, again := p.Cut(), p.Cut()
	want(t, c.ask("b"), "closed")
	want(t, connect(t, p).ask("c"), "closed")
	restore()
	restore()
	want(t, connect(t, p).ask("d"), "closed") // the other cut is still in effect
	again()
	want(t, connect(t, p).ask("e"), "ok e")
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t))
	c := connect(t, p)
	want(t, c.ask("a"), "ok a")
	restore := p.Refuse()
	want(t, c.ask("b"), "ok b")
	want(t, connect(t, p).ask("c"), "closed")
	restore()
	want(t, connect(t, p).ask("d"), "ok d")
}

// Data that was sent while the proxy stalled arrives afterwards, in order. The proxy does
// not wait for a client that has disconnected.
func TestStall(t *testing.T) {
	t.Parallel()
	s, awake := newServer(t), newServer(t)
	p := newProxy(t, s)
	c, leaving, control := connect(t, p), connect(t, p), connect(t, newProxy(t, awake))
	want(t, c.ask("a"), "ok a")
	want(t, leaving.ask("b"), "ok b")
	s.saw()
	resume, again := p.Stall(), p.Stall()
	answer := make(chan string)
	go func() { answer <- c.ask("c") }()
	if _, err := io.WriteString(leaving, "d\n"); err != nil {
		t.Error(err)
	}
	resume()
	for range 200 { // enough time for data to arrive if the proxy does not stall
		want(t, control.ask("x"), "ok x")
	}
	select {
	case got := <-answer:
		t.Fatalf("answered while stalled: %q", got)
	default:
	}
	want(t, s.saw(), "")
	again()
	want(t, <-answer, "ok c")
	want(t, c.ask("e"), "ok e")
}

// A proxy that stalls can be cut and closed.
func TestStallEnds(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t))
	c := connect(t, p)
	want(t, c.ask("a"), "ok a")
	p.Stall()
	answer := make(chan string)
	go func() { answer <- c.ask("b") }()
	p.Cut()
	want(t, <-answer, "closed")
}

func TestLoseAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newProxy(t, s)
	c, other := connect(t, p), connect(t, p)
	lost := p.LoseAnswer(func(request, answer []byte) bool {
		return bytes.Contains(request, []byte("write")) && bytes.HasPrefix(answer, []byte("ok"))
	})
	for _, line := range []string{"read", "bad write"} {
		if got := c.ask(line); !strings.HasSuffix(got, line) {
			t.Errorf("%s: %q", line, got)
		}
	}
	if lost() {
		t.Error("says that it lost an answer that passed")
	}
	s.saw()
	want(t, c.ask("write"), "closed")
	want(t, s.saw(), "write")
	if !lost() {
		t.Error("does not say that it lost the answer")
	}
	want(t, other.ask("write"), "ok write") // only one answer is lost
	want(t, connect(t, p).ask("write"), "ok write")
}

func TestServerDown(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newProxy(t, s)
	s.listener.Close()
	want(t, connect(t, p).ask("a"), "closed")
}

// Close returns when all goroutines have ended, whatever they were doing.
func TestCloseWhileBusy(t *testing.T) {
	t.Parallel()
	p, err := wire.New(newServer(t).listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	var started sync.WaitGroup
	for i := range 4 {
		c := connect(t, p)
		started.Add(1)
		clients.Go(func() {
			for n := 0; c.ask(fmt.Sprint(i, n)) != "closed"; n++ {
				if n == 0 {
					started.Done()
				}
			}
		})
	}
	started.Wait()
	p.Stall()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	clients.Wait()
	if _, err := net.Dial("tcp", p.Addr()); err == nil {
		t.Error("still listens")
	}
}
