package proxy

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// packet returns a packet with this sequence number.
func packet(number byte, body string) []byte {
	n := len(body)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), number}, body...)
}

func readPacket(r io.Reader) (number byte, body string, err error) {
	header := make([]byte, mysqlHeader)
	if _, err := io.ReadFull(r, header); err != nil {
		return 0, "", err
	}
	b := make([]byte, mysqlLength(header))
	_, err = io.ReadFull(r, b)
	return header[3], string(b), err
}

// The answers of a server.
const (
	mysqlDone   = "\x00\x01\x02\x02\x00\x00\x00"                           // one row, last insert id 2, autocommit
	mysqlWithin = "\x00\xfc\xff\xff\xfe12345678\x03\x00\x00\x00"           // large numbers, in a transaction
	mysqlTaken  = "\xff\x26\x04#23000Duplicate entry"                      // 1062
	mysqlReady  = "\x00\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"       // a statement that was prepared: 7
	mysqlRows   = "\x01"                                                   // one column, and then …
	mysqlMore   = "\x00\x00 a row, or a column: only the first tells more" // … this
)

// serveMySQL signs a client in and answers each of its commands with the answer whose
// name follows a | in the command.
func serveMySQL(conn net.Conn, seen func(string)) {
	conn.Write(packet(0, "\x0a greeting"))
	if _, _, err := readPacket(conn); err != nil {
		return
	}
	conn.Write(packet(2, mysqlDone))
	for {
		_, body, err := readPacket(conn)
		if err != nil {
			return
		}
		seen(body)
		_, want, _ := strings.Cut(body, "|")
		switch want {
		case "":
		case "rows":
			conn.Write(packet(1, mysqlRows))
			for i := range 600 { // the number comes round
				conn.Write(packet(byte(i+2), mysqlMore))
			}
		default:
			answers := map[string]string{"done": mysqlDone, "within": mysqlWithin, "taken": mysqlTaken, "ready": mysqlReady}
			conn.Write(packet(1, answers[want]))
		}
	}
}

type mysqlClient struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

// newMySQL starts a server and a proxy in front of it, and signs a client in.
func newMySQL(t *testing.T) (*Proxy, *mysqlClient, func() []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var tasks sync.WaitGroup
	var mu sync.Mutex
	var seen []string
	tasks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			tasks.Go(func() {
				defer conn.Close()
				serveMySQL(conn, func(body string) {
					mu.Lock()
					defer mu.Unlock()
					seen = append(seen, body)
				})
			})
		}
	})
	p, err := New(func() Protocol { return new(MySQL) }, func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", listener.Addr().String())
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		listener.Close()
		tasks.Wait()
	})
	c := &mysqlClient{t, conn, bufio.NewReader(conn)}
	c.want("\x0a greeting")
	c.Write(packet(1, "who I am"))
	c.want(mysqlDone)
	return p, c, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

func (c *mysqlClient) want(body string) {
	c.t.Helper()
	if _, got, err := readPacket(c.r); err != nil || got != body {
		c.t.Fatalf("got %q, %v, want %q", got, err, body)
	}
}

// send sends a command.
func (c *mysqlClient) send(body string) { c.Write(packet(0, body)) }

// wantLost fails the test unless the connection ends without an answer.
func (c *mysqlClient) wantLost() {
	c.t.Helper()
	if n, err := c.r.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
		c.t.Errorf("got %d bytes, %v, want the end of the connection", n, err)
	}
}

func TestMySQLCounts(t *testing.T) {
	t.Parallel()
	p, c, _ := newMySQL(t)
	if got := p.Counts(); got.RoundTrips != 0 {
		t.Errorf("signing in: %+v", got)
	}
	c.send("\x03INSERT INTO t |done")
	c.want(mysqlDone)
	c.send("\x03SET STATEMENT sql_mode = 'x' FOR UPDATE t |done")
	c.want(mysqlDone)
	c.send("\x03DELETE /* \xff */ FROM t |taken")
	c.want(mysqlTaken)
	c.send("\x03SELECT |rows")
	c.want(mysqlRows)
	for range 600 {
		c.want(mysqlMore)
	}
	c.send("\x16insert |ready")
	c.want(mysqlReady)
	c.send("\x18\x07\x00\x00\x00 long data") // has no answer
	c.send("\x17\x07\x00\x00\x00 |done")
	c.want(mysqlDone)
	c.send("\x19\x07\x00\x00\x00") // has none either
	c.send("\x03SELECT |done")
	c.want(mysqlDone)
	got := p.Counts()
	want := map[string]int{"INSERT": 2, "UPDATE": 1, "1062": 1, "SELECT": 2, "PREPARE": 1}
	if got.RoundTrips != 7 || !maps.Equal(got.Answers, want) || got.Lost != 0 {
		t.Errorf("got %+v, want 7 round trips with the answers %v", got, want)
	}
}

func TestMySQLLosesAnswers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		passes []string // commands before the one whose answer must be lost
		lost   string
	}{
		{"a write", nil, "\x03INSERT |done"},
		{"with settings of its own", nil, "\x03SET STATEMENT a = 1 FOR DELETE |done"},
		{"not a read", []string{"\x03SELECT |done"}, "\x03UPDATE |done"},
		{"not one that failed", []string{"\x03INSERT |taken"}, "\x03INSERT |done"},
		{"not before the commit", []string{"\x03START TRANSACTION |within", "\x03INSERT |within"}, "\x03COMMIT |done"},
		{"not of preparing", []string{"\x16INSERT |ready"}, "\x17\x07\x00\x00\x00|done"},
		{"not of making tables", []string{"\x03CREATE TABLE |done"}, "\x03INSERT |done"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, c, seen := newMySQL(t)
			p.LoseAnswer()
			for _, command := range test.passes {
				c.send(command)
				_, word, _ := strings.Cut(command, "|")
				c.want(map[string]string{"done": mysqlDone, "within": mysqlWithin, "taken": mysqlTaken, "ready": mysqlReady}[word])
			}
			c.send(test.lost)
			c.wantLost()
			if got := p.Counts(); got.Lost != 1 {
				t.Errorf("%d answers lost, want 1", got.Lost)
			}
			if got := seen(); len(got) != len(test.passes)+1 {
				t.Errorf("the server saw %q", got)
			}
		})
	}
}
