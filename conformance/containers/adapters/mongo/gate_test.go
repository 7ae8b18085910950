package mongo_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// gate is before a store's server and holds messages back, as a network does
// that is slow, or the socket of a server that stalls: what was sent arrives
// when the gate opens, also if its client has gone away since.
type gate struct {
	*proxy.Proxy

	mu   sync.Mutex
	shut *barrier // nil: the gate is open
	cut  bool
}

// barrier is what messages wait behind.
type barrier struct {
	commands []string      // none: every message waits
	answers  bool          // those of the server wait, rather than what is sent to it
	once     bool          // one message waits, and others pass
	met      chan struct{} // a message that waits
	waiting  int           // how many have come
	gone     chan struct{}
}

// through puts a gate before the place: what opens from now on goes through it.
func (p *place) through() *gate {
	p.t.Helper()
	u, err := url.Parse(p.DSN)
	servertest.OK(p.t, err)
	to := u.Host
	g := &gate{}
	g.Proxy, err = proxy.New(func() proxy.Protocol { return gated{g} }, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", to)
	})
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { g.open(); servertest.OK(p.t, g.Close()) })
	u.Host = g.Addr()
	p.DSN = u.String()
	return g
}

// close shuts the gate, and returns the barrier.
func (g *gate) close(b barrier) *barrier {
	b.met, b.gone = make(chan struct{}, 1000), make(chan struct{})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = &b
	return &b
}

// hold lets the next of these commands wait, and everything else pass.
func (g *gate) hold(commands ...string) *barrier {
	return g.close(barrier{commands: commands, once: true})
}

// sever closes all connections and refuses new ones.
func (g *gate) sever() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cut = true
	g.Cut()
}

// open lets everything through.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut.gone)
		g.shut = nil
	}
}

// stops reports whether a message has to wait.
func (b *barrier) stops(message []byte, answer bool) bool {
	if answer != b.answers || b.once && b.waiting > 0 || len(b.commands) > 0 && !slices.Contains(b.commands, command(message)) {
		return false
	}
	b.waiting++
	b.met <- struct{}{}
	return true
}

// wait waits while the gate is shut for a message.
func (g *gate) wait(message []byte, answer bool) {
	g.mu.Lock()
	b := g.shut
	stopped := b != nil && b.stops(message, answer)
	g.mu.Unlock()
	if stopped {
		<-b.gone
	}
}

// command is the name of the command in an OP_MSG.
func command(message []byte) string {
	if len(message) < 26 {
		return ""
	}
	elements, err := bson.Raw(message[21:]).Elements()
	if err != nil || len(elements) == 0 {
		return ""
	}
	return elements[0].Key()
}

// gated is the protocol of a connection through the gate.
type gated struct{ g *gate }

func (c gated) Requests(p *proxy.Proxy, to io.Writer, from io.Reader) error {
	return proxy.NewMongo().Requests(p, through{c.g, to, false}, from)
}

func (c gated) Answers(p *proxy.Proxy, to io.Writer, from io.Reader) error {
	return proxy.NewMongo().Answers(p, through{c.g, to, true}, from)
}

// through writes messages, which come one by one.
type through struct {
	g      *gate
	to     io.Writer
	answer bool
}

func (w through) Write(message []byte) (int, error) {
	w.g.wait(message, w.answer)
	return w.to.Write(message)
}

// parked waits until so many messages wait.
func (b *barrier) parked(n int) {
	for range n {
		<-b.met
	}
}
