package measure

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/bench/report"
)

// forwarder forwards connections to a server and counts round trips and bytes. It does
// not parse the protocol: a round trip ends when the server sends after it has received.
type forwarder struct {
	listener net.Listener
	to       string
	trips    atomic.Int64
	sent     atomic.Int64
	received atomic.Int64

	mu    sync.Mutex
	conns []net.Conn
	done  sync.WaitGroup
}

// listen starts a forwarder to an address. The caller closes it.
func listen(to string) (*forwarder, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &forwarder{listener: l, to: to}
	f.done.Go(f.accept)
	return f, nil
}

// Addr returns the address to which clients connect.
func (f *forwarder) Addr() string { return f.listener.Addr().String() }

func (f *forwarder) accept() {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		var d net.Dialer
		server, err := d.DialContext(context.Background(), "tcp", f.to)
		if err != nil {
			client.Close()
			continue
		}
		f.mu.Lock()
		f.conns = append(f.conns, client, server)
		f.mu.Unlock()
		var asked atomic.Bool // the last bytes went to the server
		f.done.Go(func() {
			pass(server, client, func(n int) {
				f.sent.Add(int64(n))
				asked.Store(true)
			})
		})
		f.done.Go(func() {
			pass(client, server, func(n int) {
				if asked.Swap(false) {
					f.trips.Add(1)
				}
				f.received.Add(int64(n))
			})
		})
	}
}

// pass copies until one side closes the connection, and then closes both sides. It
// calls note before it forwards bytes.
func pass(to, from net.Conn, note func(n int)) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			note(n)
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (f *forwarder) counts() report.Wire {
	return report.Wire{RoundTrips: float64(f.trips.Load()), Sent: float64(f.sent.Load()), Received: float64(f.received.Load())}
}

// Close ends all connections.
func (f *forwarder) Close() error {
	err := f.listener.Close()
	f.mu.Lock()
	for _, c := range f.conns {
		if closed := c.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) && !errors.Is(closed, io.EOF) {
			err = errors.Join(err, closed)
		}
	}
	f.mu.Unlock()
	f.done.Wait()
	return err
}
