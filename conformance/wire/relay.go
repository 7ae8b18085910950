package wire

import (
	"context"
	"io"
	"net"
	"sync"
)

// Relay connects each client to a server, and copies what passes through a pipe. It
// listens on a port of its own on 127.0.0.1, and is safe for concurrent use.
type Relay struct {
	dial     Dial
	pipe     func() Pipe
	listener net.Listener
	ctx      context.Context // of the dialling
	cancel   context.CancelFunc
	tasks    sync.WaitGroup // every goroutine of the relay

	mu      sync.Mutex
	refused int           // how many calls keep new connections out
	stalls  int           // how many calls let nothing pass
	stalled chan struct{} // closed when that ends; nil: everything passes
	conns   map[net.Conn]chan struct{}
}

// Dial connects to the server.
type Dial func(context.Context) (net.Conn, error)

// Pipe copies what passes on one connection. The two methods run at the same time, and
// the connection ends when either returns.
type Pipe interface {
	Requests(to io.Writer, from io.Reader) error // from the client to the server
	Answers(to io.Writer, from io.Reader) error  // from the server to the client
}

// NewRelay starts a relay, which the caller closes. Pipe is called for each
// connection.
func NewRelay(dial Dial, pipe func() Pipe) (*Relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Relay{dial: dial, pipe: pipe, listener: listener, conns: map[net.Conn]chan struct{}{}}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.tasks.Go(r.accept)
	return r, nil
}

// Addr is where clients connect to: "127.0.0.1:40123".
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Close closes all connections, and returns when nothing of the relay runs any more.
func (r *Relay) Close() error {
	r.cancel()
	err := r.listener.Close()
	r.Cut()
	r.tasks.Wait()
	return err
}

// Cut closes all connections, and lets no new one through until restore is called.
func (r *Relay) Cut() (restore func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for conn := range r.conns {
		r.end(conn)
	}
	return r.refuse()
}

// Refuse lets no new connection through until restore is called; those that are open
// stay. The port stays taken, so that no other process gets it: a new connection is
// accepted, and closed at once.
func (r *Relay) Refuse() (restore func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refuse()
}

func (r *Relay) refuse() (restore func()) {
	r.refused++
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.refused--
	})
}

// Stall lets nothing pass until resume is called, neither what is sent nor what is
// answered, and keeps connections open; then everything goes on its way.
func (r *Relay) Stall() (resume func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stalls++; r.stalls == 1 {
		r.stalled = make(chan struct{})
	}
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.stalls--; r.stalls == 0 {
			close(r.stalled)
			r.stalled = nil
		}
	})
}

func (r *Relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			r.listener.Close() // if it was not that: from now on clients are refused
			return
		}
		if gone, ok := r.adopt(client); ok {
			r.tasks.Go(func() { r.connect(client, gone) })
		}
	}
}

// adopt takes a connection into the care of the relay, or closes it while new ones are
// refused. Gone is closed when the connection is.
func (r *Relay) adopt(conn net.Conn) (gone <-chan struct{}, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused > 0 {
		conn.Close() // nothing to be done about a failure
		return nil, false
	}
	ch := make(chan struct{})
	r.conns[conn] = ch
	return ch, true
}

func (r *Relay) drop(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end(conn)
}

// end closes a connection, unless that is done.
func (r *Relay) end(conn net.Conn) {
	if gone, open := r.conns[conn]; open {
		conn.Close() // nothing to be done about a failure
		close(gone)
		delete(r.conns, conn)
	}
}

// connect connects a client to the server until either end closes.
func (r *Relay) connect(client net.Conn, clientGone <-chan struct{}) {
	defer r.drop(client)
	server, err := r.dial(r.ctx)
	if err != nil {
		return // the client sees its connection closed, as with a server that is down
	}
	serverGone, ok := r.adopt(server)
	if !ok {
		return
	}
	defer r.drop(server)
	pipe := r.pipe()
	r.tasks.Go(func() {
		pipe.Requests(gate{r, server, serverGone}, client) // an error ends the connection, as its end does
		r.drop(client)
		r.drop(server)
	})
	pipe.Answers(gate{r, client, clientGone}, server)
}

// gate writes to a connection, unless the relay stalls.
type gate struct {
	relay *Relay
	conn  net.Conn
	gone  <-chan struct{}
}

func (g gate) Write(b []byte) (int, error) {
	for {
		g.relay.mu.Lock()
		stalled := g.relay.stalled
		g.relay.mu.Unlock()
		if stalled == nil {
			return g.conn.Write(b)
		}
		select {
		case <-stalled:
		case <-g.gone:
			return 0, net.ErrClosed
		}
	}
}
