package wire

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
)

// Proxy is a relay that passes on whatever comes. It takes what a client sends, until
// the server answers, for a request, and what the server sends then, until the client
// sends again, for the answer: which is so for clients that wait for their answers,
// on each of their connections.
type Proxy struct {
	*Relay

	mu     sync.Mutex
	trips  int
	losses []*loss // that have not happened yet
}

// loss is an answer that is to be lost.
type loss struct {
	match func(request, answer []byte) bool
	done  bool
}

// New starts a proxy in front of the server at this address ("127.0.0.1:6379"), which
// need not run yet. The caller closes it.
func New(address string) (*Proxy, error) {
	var d net.Dialer
	p := &Proxy{}
	var err error
	p.Relay, err = NewRelay(func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", address) },
		func() Pipe { return &exchange{proxy: p} })
	if err != nil {
		return nil, err
	}
	return p, nil
}

// RoundTrips is how many requests clients have sent since the proxy was made, those
// of signing in included.
func (p *Proxy) RoundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trips
}

// LoseAnswer loses the next answer that matches: the server has it sent, and the client
// finds its connection closed instead. Lost reports whether that has happened.
//
// Match is called as an answer comes, with the start of the request, up to 64 KiB,
// and what of the answer has come, up to as much. It says whether the request is one
// to be lost, and whether the answer says that the server has done it. A request
// that is refused, or not understood yet, changes nothing, and losing its answer
// would show nothing:
//
//	lost := proxy.LoseAnswer(func(request, answer []byte) bool {
//		return bytes.Contains(request, []byte("evalsha")) && answer[0] != '-'
//	})
func (p *Proxy) LoseAnswer(match func(request, answer []byte) bool) (lost func() bool) {
	l := &loss{match: match}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.losses = append(p.losses, l)
	return func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return l.done
	}
}

// lose reports whether this answer is one to lose.
func (p *Proxy) lose(request, answer []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, l := range p.losses {
		if l.match(request, answer) {
			l.done = true
			p.losses = slices.Delete(p.losses, i, i+1)
			return true
		}
	}
	return false
}

// kept is how much of a request, and of an answer, a proxy remembers.
const kept = 1 << 16

// exchange is what passes on one connection.
type exchange struct {
	proxy *Proxy

	mu              sync.Mutex
	request, answer []byte // since the last answer ended
}

// Requests implements [Pipe].
func (e *exchange) Requests(to io.Writer, from io.Reader) error {
	return eachChunk(from, func(chunk []byte) error {
		e.mu.Lock()
		if len(e.request) == 0 || len(e.answer) > 0 {
			e.request, e.answer = nil, nil
			e.proxy.mu.Lock()
			e.proxy.trips++
			e.proxy.mu.Unlock()
		}
		e.request = appendSome(e.request, chunk)
		e.mu.Unlock()
		_, err := to.Write(chunk)
		return err
	})
}

// Answers implements [Pipe].
func (e *exchange) Answers(to io.Writer, from io.Reader) error {
	return eachChunk(from, func(chunk []byte) error {
		e.mu.Lock()
		e.answer = appendSome(e.answer, chunk)
		lost := len(e.request) > 0 && e.proxy.lose(e.request, e.answer)
		e.mu.Unlock()
		if lost {
			return io.EOF
		}
		_, err := to.Write(chunk)
		return err
	})
}

// appendSome appends what is still to be remembered.
func appendSome(to, chunk []byte) []byte { return append(to, chunk[:min(len(chunk), kept-len(to))]...) }

// eachChunk calls f with what comes, as it comes.
func eachChunk(from io.Reader, f func(chunk []byte) error) error {
	buffer := make([]byte, kept)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if err := f(buffer[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}
