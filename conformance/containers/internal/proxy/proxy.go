// Package proxy has relays for the protocols of databases, which they understand just
// enough to lose the answer to a write that was applied, and to count what passes.
package proxy

import (
	"io"
	"maps"
	"sync"

	"github.com/tenon-go/tenon/conformance/wire"
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

// Proxy is a relay that knows a protocol.
type Proxy struct {
	*wire.Relay

	mu     sync.Mutex
	losing bool // the next answer to a write is to be lost
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
