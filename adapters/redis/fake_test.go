package redis

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fake is a server that answers each command with a configured answer, or with OK. It is
// for answers that a real server gives only in states that are hard to bring about.
type fake struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu      sync.Mutex
	answers map[string]string // by command, in lower case; "": the server closes the connection
	seen    map[string]int
}

func newFake(t *testing.T, answers map[string]string) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{listener: l, answers: map[string]string{"hello": "-ERR unknown command\r\n", "info": bulk("redis_version:8.0.2\r\n")}, seen: map[string]int{}}
	for command, answer := range answers {
		f.answers[command] = answer
	}
	f.tasks.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.tasks.Go(func() {
				defer conn.Close()
				f.serve(conn)
			})
		}
	})
	t.Cleanup(func() { l.Close(); f.tasks.Wait() })
	return f
}

func (f *fake) url() string { return "redis://" + f.listener.Addr().String() }

// count returns how often a command was sent.
func (f *fake) count(command string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[command]
}

// bulk returns a text as a bulk string.
func bulk(text string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(text), text) }

func (f *fake) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		command, err := readCommand(r)
		if err != nil {
			return
		}
		f.mu.Lock()
		f.seen[command]++
		answer, set := f.answers[command]
		f.mu.Unlock()
		if !set {
			answer = "+OK\r\n"
		}
		if answer == "" {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
	}
}

// readCommand reads a command and returns its name.
func readCommand(r *bufio.Reader) (name string, err error) {
	n, err := readNumber(r, '*')
	for i := 0; i < n && err == nil; i++ {
		var size int
		if size, err = readNumber(r, '$'); err != nil {
			break
		}
		text := make([]byte, size+2)
		_, err = io.ReadFull(r, text)
		if i == 0 {
			name = strings.ToLower(string(text[:size]))
		}
	}
	return name, err
}

func readNumber(r *bufio.Reader, kind byte) (int, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	if line[0] != kind {
		return 0, fmt.Errorf("%q", line)
	}
	return strconv.Atoi(strings.TrimSpace(line[1:]))
}
