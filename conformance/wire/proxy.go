package wire

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
)

// Proxy is a relay that copies all bytes unchanged. It treats everything that a client
// sends until the server sends something as one request, and everything that the server
// then sends until the client sends again as the answer. This is correct for clients
// that, on each connection, wait for an answer before the next request.
type Proxy struct {
	*Relay

	mu     sync.Mutex
	trips  int
	losses []*loss // answers to lose that have not come yet
}

// loss is an answer to lose.
type loss struct {
	match func(request, answer []byte) bool
	done  bool
}

// New starts a proxy in front of the server at this address, such as "127.0.0.1:6379".
// The server need not be running yet. The caller must close the proxy.
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

// RoundTrips returns how many requests clients have sent since the proxy was started,
// including those of authentication.
func (p *Proxy) RoundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trips
}

// LoseAnswer loses the next answer for which match returns true: instead of sending it
// to the client, the proxy closes the client's connection. Lost reports whether that
// has happened.
//
// The proxy calls match while an answer arrives, with up to 64 KiB of the request and
// up to 64 KiB of the answer so far. Match must return true only if it is an answer to
// lose and the answer shows that the server has executed the request. If the server
// has refused the request, or asks for it again, the request changes nothing, so losing
// its answer would test nothing:
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

// lose reports whether to lose this answer.
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

// kept is how many bytes of a request, and of an answer, a proxy remembers.
const kept = 1 << 16

// exchange is the pipe of one connection.
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

// appendSome appends as much of chunk as fits into the kept bytes.
func appendSome(to, chunk []byte) []byte { return append(to, chunk[:min(len(chunk), kept-len(to))]...) }

// eachChunk calls f with each chunk of bytes as it arrives.
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
