package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/tenon-go/tenon/conformance/wire"
)

// server is a fake PostgreSQL server. It answers every Query with the messages that the
// query's text names, and Sync with ReadyForQuery.
type server struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu   sync.Mutex
	seen []string // the texts of all queries, in order
}

func newServer(t *testing.T) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: listener}
	s.tasks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.tasks.Go(func() {
				defer conn.Close()
				s.serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		s.tasks.Wait()
	})
	return s
}

func (s *server) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", s.listener.Addr().String())
}

// answers maps the words of a query to messages.
var answers = map[string]pgproto3.BackendMessage{
	"INSERT":   &pgproto3.CommandComplete{CommandTag: []byte("INSERT 0 1")},
	"UPDATE":   &pgproto3.CommandComplete{CommandTag: []byte("UPDATE 3")},
	"SELECT":   &pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")},
	"BEGIN":    &pgproto3.CommandComplete{CommandTag: []byte("BEGIN")},
	"COMMIT":   &pgproto3.CommandComplete{CommandTag: []byte("COMMIT")},
	"ROLLBACK": &pgproto3.CommandComplete{CommandTag: []byte("ROLLBACK")},
	"row":      &pgproto3.DataRow{Values: [][]byte{[]byte(strings.Repeat("x", 70_000))}},
	"taken":    &pgproto3.ErrorResponse{Severity: "ERROR", Code: "23505", Message: "taken"},
	"idle":     &pgproto3.ReadyForQuery{TxStatus: 'I'},
	"open":     &pgproto3.ReadyForQuery{TxStatus: 'T'},
}

func (s *server) serve(conn net.Conn) {
	b := pgproto3.NewBackend(conn, conn)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(answers["idle"])
	for b.Flush() == nil {
		message, err := b.Receive()
		if err != nil {
			return
		}
		switch m := message.(type) {
		case *pgproto3.Query:
			s.mu.Lock()
			s.seen = append(s.seen, m.String)
			s.mu.Unlock()
			for word := range strings.FieldsSeq(m.String) {
				b.Send(answers[word])
			}
		case *pgproto3.Parse:
			b.Send(&pgproto3.ParseComplete{})
		case *pgproto3.Sync:
			b.Send(answers["idle"])
		}
	}
}

// client is a client that has signed in.
type client struct {
	t *testing.T
	*pgproto3.Frontend
	net.Conn
}

func newClient(t *testing.T, p *Proxy) *client {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &client{t, pgproto3.NewFrontend(conn, conn), conn}
	c.Frontend.Send(&pgproto3.StartupMessage{ProtocolVersion: pgproto3.ProtocolVersion30, Parameters: map[string]string{"user": "x"}})
	if got := c.answer(); got != "ok idle" {
		t.Fatalf("signing in: %s", got)
	}
	return c
}

// answer sends the queued messages and returns the answers until ReadyForQuery, or until
// the connection ends.
func (c *client) answer() string {
	c.t.Helper()
	if err := c.Flush(); err != nil {
		return "closed"
	}
	var words []string
	for {
		message, err := c.Receive()
		switch m := message.(type) {
		case nil:
			if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
				c.t.Fatal(err)
			}
			return strings.Join(append(words, "closed"), " ")
		case *pgproto3.AuthenticationOk:
			words = append(words, "ok")
		case *pgproto3.CommandComplete:
			word, _, _ := strings.Cut(string(m.CommandTag), " ")
			words = append(words, word)
		case *pgproto3.DataRow:
			words = append(words, "row")
		case *pgproto3.ErrorResponse:
			words = append(words, "taken")
		case *pgproto3.ParseComplete:
			words = append(words, "parsed")
		case *pgproto3.ReadyForQuery:
			if m.TxStatus == 'T' {
				return strings.Join(append(words, "open"), " ")
			}
			return strings.Join(append(words, "idle"), " ")
		default:
			c.t.Fatalf("%T", m)
		}
	}
}

func (c *client) query(text string) string {
	c.t.Helper()
	c.Send(&pgproto3.Query{String: text})
	return c.answer()
}

func newProxy(t *testing.T, dial wire.Dial) *Proxy {
	t.Helper()
	p, err := New(func() Protocol { return Postgres{} }, dial)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestPasses(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t).dial)
	c := newClient(t, p)
	for _, text := range []string{"SELECT idle", "row row SELECT idle", "BEGIN open", "INSERT open", "COMMIT idle", "taken idle"} {
		if got := c.query(text); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	got := p.Counts()
	if got.RoundTrips != 6 || got.Answers["SELECT"] != 2 || got.Answers["23505"] != 1 || got.Answers["INSERT"] != 1 || got.Lost != 0 {
		t.Errorf("counts: %+v", got)
	}
}

func TestLoseAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, texts string }{ // each query, and "lost" before the one whose answer must be
		{"a write", "lost INSERT idle"},
		{"not a read", "SELECT idle; row row SELECT idle; lost UPDATE idle"},
		{"not one that failed", "taken idle; lost INSERT idle"},
		{"not before the commit", "BEGIN open; INSERT open; row SELECT open; lost COMMIT idle"},
		{"not of a transaction undone", "BEGIN open; INSERT open; ROLLBACK idle; lost INSERT idle"},
		{"with rows", "lost row INSERT idle"},
		{"several at once", "lost BEGIN INSERT COMMIT idle"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			p := newProxy(t, s.dial)
			c := newClient(t, p)
			if p.Losing() {
				t.Fatal("loses without being told to")
			}
			p.LoseAnswer()
			queries := strings.Split(test.texts, "; ")
			for _, text := range queries {
				text, lost := strings.CutPrefix(text, "lost ")
				got := c.query(text)
				switch {
				case lost && strings.TrimPrefix(got, "row ") != "closed":
					t.Errorf("%s: got %q, want the connection closed", text, got)
				case !lost && got != text:
					t.Errorf("got %q, want %q", got, text)
				}
			}
			if got := p.Counts().Lost; got != 1 {
				t.Errorf("%d answers lost, want 1", got)
			}
			if s.mu.Lock(); len(s.seen) != len(queries) {
				t.Errorf("the server saw %q", s.seen)
			}
			s.mu.Unlock()
			if got := newClient(t, p).query("INSERT idle"); got != "INSERT idle" {
				t.Errorf("the next write: got %q", got)
			}
		})
	}
}

func TestLoseAnswerLetsPreparingPass(t *testing.T) {
	t.Parallel()
	p := newProxy(t, newServer(t).dial)
	c := newClient(t, p)
	p.LoseAnswer()
	c.Send(&pgproto3.Parse{Name: "s", Query: "INSERT"})
	c.Send(&pgproto3.Sync{})
	if got := c.answer(); got != "parsed idle" {
		t.Errorf("Parse: got %q", got)
	}
	if got := c.query("INSERT idle"); got != "closed" {
		t.Errorf("got %q, want the connection closed", got)
	}
	if got := p.Counts().RoundTrips; got != 2 {
		t.Errorf("%d round trips, want 2", got)
	}
}

func TestRefusesNonsense(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]string{
		"too short":  "\x00\x00\x00\x03\x00\x03\x00\x00",
		"too long":   "\xff\xff\xff\xff\x00\x03\x00\x00",
		"encryption": "\x00\x00\x00\x08\x04\xd2\x16\x2f",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", newProxy(t, newServer(t).dial).Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte(sent)); err != nil {
				t.Fatal(err)
			}
			if n, err := conn.Read(make([]byte, 1)); err == nil {
				t.Errorf("read %d bytes", n)
			}
		})
	}
}
