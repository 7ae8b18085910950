// Package proxy stands between a database's clients and its server. It cuts
// the connection, loses an answer, and counts what passes. It understands the
// protocol just enough for that.
package proxy

import (
	"context"
	"io"
	"maps"
	"net"
	"sync"
)

// Protocol copies the messages of one connection, in both directions at once,
// and tells the proxy about them. It buffers nothing for longer than until the reader has no more, apart
// from an answer that may have to be lost.
type Protocol interface {
	// Requests copies what a client sends, to its end.
	Requests(p *Proxy, to io.Writer, from io.Reader) error

	// Answers copies what the server sends, to its end. If the proxy is to lose
	// an answer (Losing) and the answer to a write that was applied has come,
	// it takes it (Lose) and returns without copying it.
	Answers(p *Proxy, to io.Writer, from io.Reader) error
}

// Dial connects to the server.
type Dial func(context.Context) (net.Conn, error)

// Proxy listens on a port of its own on 127.0.0.1 and connects each client to
// the server. It is safe for concurrent use.
type Proxy struct {
	protocol func() Protocol // of a new connection
	dial     Dial
	listener net.Listener
	ctx      context.Context // of the dialling
	cancel   context.CancelFunc
	tasks    sync.WaitGroup // every goroutine of the proxy

	mu     sync.Mutex
	cut    bool // no connection is let through
	losing bool // the next answer to a write is to be lost
	conns  map[net.Conn]struct{}
	counts Counts
}

// Counts is what passed a proxy since it was made.
type Counts struct {
	// RoundTrips is how often clients sent something and then had to wait for
	// an answer, those of signing in left out.
	RoundTrips int

	// Answers counts the server's answers to statements by their kind: the
	// command ("INSERT"), or the code of the error.
	Answers map[string]int

	// Lost is how many answers were lost.
	Lost int
}

// New starts a proxy, which Close ends. Protocol is called for each connection.
func New(protocol func() Protocol, dial Dial) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		protocol: protocol, dial: dial, listener: listener,
		conns: map[net.Conn]struct{}{}, counts: Counts{Answers: map[string]int{}},
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.tasks.Go(p.accept)
	return p, nil
}

// Addr is where clients connect to: "127.0.0.1:40123".
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close closes all connections and waits until all is done.
func (p *Proxy) Close() error {
	p.cancel()
	err := p.listener.Close()
	p.Cut()
	p.tasks.Wait()
	return err
}

// Cut closes all connections and refuses new ones until Restore. The port
// stays taken, so that no other process gets it: a new connection is accepted and
// closed at once.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for conn := range p.conns {
		conn.Close() // nothing to be done about a failure
	}
	clear(p.conns)
}

// Restore lets connections through again.
func (p *Proxy) Restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// LoseAnswer makes the proxy lose the answer to the next write that the server
// applies: it closes that connection instead.
func (p *Proxy) LoseAnswer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.losing = true
}

// Counts returns what has passed until now.
func (p *Proxy) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := p.counts
	counts.Answers = maps.Clone(counts.Answers)
	return counts
}

// Losing reports whether the answer to a write is to be lost.
func (p *Proxy) Losing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.losing
}

// Lose reports whether this answer is the one to lose: one protocol is told so,
// once.
func (p *Proxy) Lose() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.losing {
		return false
	}
	p.losing = false
	p.counts.Lost++
	return true
}

// CountRoundTrip and CountAnswer are for protocols.
func (p *Proxy) CountRoundTrip() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts.RoundTrips++
}

func (p *Proxy) CountAnswer(kind string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts.Answers[kind]++
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			p.listener.Close() // if it was not that: from now on clients are refused
			return
		}
		if p.adopt(client) {
			p.tasks.Go(func() { p.connect(client) })
		}
	}
}

// adopt takes a connection into the care of the proxy, or closes it while the
// proxy is cut.
func (p *Proxy) adopt(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		conn.Close()
		return false
	}
	p.conns[conn] = struct{}{}
	return true
}

func (p *Proxy) drop(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	conn.Close()
}

// connect connects a client to the server until either end closes.
func (p *Proxy) connect(client net.Conn) {
	defer p.drop(client)
	server, err := p.dial(p.ctx)
	if err != nil || !p.adopt(server) {
		return // the client sees its connection closed, as with a server that is down
	}
	defer p.drop(server)
	protocol := p.protocol()
	p.tasks.Go(func() {
		protocol.Requests(p, server, client) // an error ends the connection, as its end does
		p.drop(client)
		p.drop(server)
	})
	protocol.Answers(p, client, server)
}
