package wire

import (
	"context"
	"io"
	"net"
	"sync"
)

// Relay accepts connections of clients, connects each to a server, and copies the bytes
// through a pipe. It listens on a free port on 127.0.0.1. A Relay is safe for concurrent
// use.
type Relay struct {
	dial     Dial
	pipe     func() Pipe
	listener net.Listener
	ctx      context.Context // the context for dial
	cancel   context.CancelFunc
	tasks    sync.WaitGroup // every goroutine of the relay

	mu      sync.Mutex
	refused int           // number of calls of Cut and Refuse in effect
	stalls  int           // number of calls of Stall in effect
	stalled chan struct{} // closed when the last Stall ends; nil outside of a Stall
	conns   map[net.Conn]chan struct{}
}

// Dial connects to the server.
type Dial func(context.Context) (net.Conn, error)

// Pipe copies the bytes of one connection in both directions. The two methods run at
// the same time. When either returns, the connection is closed.
type Pipe interface {
	Requests(to io.Writer, from io.Reader) error // from the client to the server
	Answers(to io.Writer, from io.Reader) error  // from the server to the client
}

// NewRelay starts a relay. It calls pipe for each connection. The caller must close the
// relay.
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

// Addr returns the address for clients to connect to, such as "127.0.0.1:40123".
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Close closes all connections, and returns when all goroutines of the relay have
// ended.
func (r *Relay) Close() error {
	r.cancel()
	err := r.listener.Close()
	r.Cut()
	r.tasks.Wait()
	return err
}

// Cut closes all connections, and refuses new ones until restore is called.
func (r *Relay) Cut() (restore func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for conn := range r.conns {
		r.end(conn)
	}
	return r.refuse()
}

// Refuse refuses new connections until restore is called, and keeps the open ones. So
// that no other process gets the port, the relay continues to listen: it accepts a new
// connection and closes it at once.
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

// Stall holds back all requests and answers until resume is called, and keeps the
// connections open. Then it delivers everything.
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
			r.listener.Close() // after any other error, clients are refused from now on
			return
		}
		if gone, ok := r.adopt(client); ok {
			r.tasks.Go(func() { r.connect(client, gone) })
		}
	}
}

// adopt registers a connection with the relay or, while new ones are refused, closes
// it. Gone is closed when the connection is closed.
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

// end closes a connection unless it is closed already.
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

// gate writes to a connection. While the relay stalls, it waits.
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
