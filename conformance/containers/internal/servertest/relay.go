package servertest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Relay forwards connections to a server. It can stop forwarding what clients send, as if
// the server stalled.
type Relay struct {
	Addr string

	to    string
	mu    sync.Mutex
	moved *sync.Cond
	shut  bool
	held  int // connections with something that is not forwarded
	conns []net.Conn
}

// NewRelay starts a relay to an address, which ends with the test.
func NewRelay(t *testing.T, to string) *Relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	OK(t, err)
	r := &Relay{Addr: l.Addr().String(), to: to}
	r.moved = sync.NewCond(&r.mu)
	var tasks sync.WaitGroup
	tasks.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, client, server)
			r.mu.Unlock()
			tasks.Go(func() { defer client.Close(); io.Copy(client, server) })
			tasks.Go(func() { defer server.Close(); io.Copy(gate{r, server}, client) })
		}
	})
	t.Cleanup(func() {
		r.Open()
		l.Close()
		r.mu.Lock()
		for _, c := range r.conns {
			c.Close()
		}
		r.mu.Unlock()
		tasks.Wait()
	})
	return r
}

// Stall stops forwarding.
func (r *Relay) Stall() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = true
}

// Held waits until this number of connections have something that is not forwarded.
func (r *Relay) Held(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.held < n {
		r.moved.Wait()
	}
}

// Open forwards what was held back, and everything after it.
func (r *Relay) Open() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = false
	r.moved.Broadcast()
}

// gate is a connection to the server.
type gate struct {
	r  *Relay
	to net.Conn
}

func (g gate) Write(sent []byte) (int, error) {
	g.r.mu.Lock()
	g.r.held++
	g.r.moved.Broadcast()
	for g.r.shut {
		g.r.moved.Wait()
	}
	g.r.held--
	g.r.mu.Unlock()
	return g.to.Write(sent)
}

// Stalled makes as many calls at once as [CallsEnd], so that each of those has a
// connection, and stalls the relay.
func (r *Relay) Stalled(call func()) {
	r.Stall()
	var wait sync.WaitGroup
	for range Endings {
		wait.Go(call)
	}
	r.Held(Endings)
	r.Open()
	wait.Wait()
	r.Stall()
}
