package NAME

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// pool is the driver's client. It sends "read 17" or "write 17", where 17 is a call that
// the server, which is in this process, finds in calls.
type pool struct {
	address string
	turns   chan struct{} // nil: any number of connections

	mu     sync.Mutex
	closed bool
	idle   []net.Conn
	all    map[net.Conn]bool
}

func newPool(address string, maxConns int) *pool {
	p := &pool{address: address, all: map[net.Conn]bool{}}
	if maxConns > 0 {
		p.turns = make(chan struct{}, maxConns)
	}
	return p
}

// call is one that the server makes. The caller may have gone.
type call struct {
	mu   sync.Mutex
	gone bool
	f    func() error
	err  error
}

var (
	calls  sync.Map // by number
	number struct {
		sync.Mutex
		last int
	}
)

func (p *pool) send(ctx context.Context, verb string, f func() error) error {
	if p.turns != nil {
		select {
		case p.turns <- struct{}{}:
			defer func() { <-p.turns }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	conn, err := p.conn(ctx)
	if err != nil {
		return gaveUp(ctx, err)
	}
	c := &call{f: f}
	number.Lock()
	number.last++
	id := strconv.Itoa(number.last)
	number.Unlock()
	calls.Store(id, c)
	defer func() {
		c.mu.Lock()
		c.gone = true
		c.mu.Unlock()
	}()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	_, err = fmt.Fprintf(conn, "%s %s\n", verb, id)
	if err == nil {
		_, err = bufio.NewReader(conn).ReadString('\n')
	}
	if !stop() || err != nil {
		p.drop(conn)
		if err != nil {
			return gaveUp(ctx, err)
		}
	} else {
		p.keep(conn)
	}
	return c.err
}

// gaveUp returns the context's error, if that is why a call ended.
func gaveUp(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (p *pool) conn(ctx context.Context) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	}
	if n := len(p.idle); n > 0 {
		conn := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return conn, nil
	}
	p.mu.Unlock()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.address)
	p.mu.Lock()
	if err == nil && p.closed {
		conn.Close()
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	}
	if err == nil {
		p.all[conn] = true
	}
	return conn, err
}

func (p *pool) keep(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, conn)
}

func (p *pool) drop(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, conn)
	conn.Close()
}

// hangUp is what Close does.
func (a *Adapter) hangUp() error {
	p := a.pool()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for conn := range p.all {
		conn.Close()
	}
	return nil
}

// Serve is the server.
func Serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for lines := bufio.NewScanner(conn); lines.Scan(); {
				verb, id, _ := strings.Cut(lines.Text(), " ")
				found, ok := calls.LoadAndDelete(id)
				if !ok {
					return
				}
				fmt.Fprintln(conn, found.(*call).answer(verb))
			}
		}()
	}
}

func (c *call) answer(verb string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone && verb == "read" {
		return "gone"
	}
	if c.err = c.f(); c.err != nil {
		return "refused"
	}
	return "done"
}
