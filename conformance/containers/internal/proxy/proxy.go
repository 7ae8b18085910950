// Package proxy has proxies for the protocols of databases. They parse a protocol just
// enough to lose the answer to an applied write, and to count round trips and answers.
package proxy

import (
	"io"
	"maps"
	"sync"

	"github.com/tenon-go/tenon/conformance/wire"
)

// Protocol copies the messages of one connection, in both directions at once, and
// tells the proxy about them. When the reader has no more input, it flushes what it has
// buffered, except an answer that may have to be lost.
type Protocol interface {
	// Requests copies what a client sends, until the end of from.
	Requests(p *Proxy, to io.Writer, from io.Reader) error

	// Answers copies what the server sends, until the end of from. When it sees
	// the answer to an applied write while the proxy is to lose one (Losing), it
	// calls Lose. If that returns true, it returns without copying the answer.
	Answers(p *Proxy, to io.Writer, from io.Reader) error
}

// Proxy forwards connections of a protocol.
type Proxy struct {
	*wire.Relay

	mu     sync.Mutex
	losing bool // the next answer to a write is to be lost
	counts Counts
}

// Counts counts the traffic through a proxy since its start.
type Counts struct {
	// RoundTrips is how often clients sent something and then had to wait for an
	// answer, without the round trips of signing in.
	RoundTrips int

	// Answers counts the server's answers to statements by their kind: the
	// command ("INSERT"), or the code of the error.
	Answers map[string]int

	// Lost is the number of lost answers.
	Lost int
}

// New starts a proxy. It calls protocol for each connection. The caller closes the proxy.
func New(protocol func() Protocol, dial wire.Dial) (*Proxy, error) {
	p := &Proxy{counts: Counts{Answers: map[string]int{}}}
	var err error
	p.Relay, err = wire.NewRelay(dial, func() wire.Pipe { return pipe{p, protocol()} })
	if err != nil {
		return nil, err
	}
	return p, nil
}

// pipe is a protocol on one connection of a proxy.
type pipe struct {
	proxy    *Proxy
	protocol Protocol
}

func (c pipe) Requests(to io.Writer, from io.Reader) error {
	return c.protocol.Requests(c.proxy, to, from)
}

func (c pipe) Answers(to io.Writer, from io.Reader) error {
	return c.protocol.Answers(c.proxy, to, from)
}

// LoseAnswer makes the proxy lose the answer to the next write that the server
// applies: the proxy closes the connection instead of forwarding the answer.
func (p *Proxy) LoseAnswer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.losing = true
}

// Counts returns the counts so far.
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

// Lose reports whether the caller must lose this answer. For each LoseAnswer it returns
// true once, to one protocol.
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
