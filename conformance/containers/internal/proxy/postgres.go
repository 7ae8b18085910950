package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Postgres is PostgreSQL's protocol, version 3, without encryption: clients
// must not ask for it (sslmode=disable).
//
// Every message is a letter, the length of the rest including the length itself, in four
// bytes, and the rest. A client's first message has no letter.
type Postgres struct{}

const (
	postgresHeader = 5
	postgresLimit  = 1 << 30 // of the server's own: no message is longer

	askSSL, askGSS = 80877103, 80877104 // the codes of SSLRequest and GSSENCRequest
)

// Requests counts the messages after which a client waits: Query, Sync, Flush
// and FunctionCall.
func (Postgres) Requests(p *Proxy, to io.Writer, from io.Reader) error {
	r, w := bufio.NewReader(from), bufio.NewWriter(to)
	first, err := r.Peek(8)
	if err != nil {
		return err
	}
	switch binary.BigEndian.Uint32(first[4:]) {
	case askSSL, askGSS:
		return errors.New("proxy: the client asks for encryption; it needs sslmode=disable")
	}
	n, err := length(first[:4])
	if err != nil {
		return err
	}
	if err := forward(r, w, n); err != nil {
		return err
	}
	for {
		header, err := r.Peek(postgresHeader)
		if err != nil {
			return err
		}
		n, err := length(header[1:])
		if err != nil {
			return err
		}
		if strings.IndexByte("QSHF", header[0]) >= 0 {
			p.CountRoundTrip()
		}
		if err := forward(r, w, n+1); err != nil {
			return err
		}
	}
}

// Answers counts CommandComplete and ErrorResponse.
//
// A write is applied when ReadyForQuery says that no transaction is open. So if an
// answer is to be lost, the proxy holds messages back from the write's CommandComplete
// until ReadyForQuery. Inside a transaction it then forwards them after all, since the
// answer of the COMMIT counts. The answers to Parse and Describe, before that, pass.
func (Postgres) Answers(p *Proxy, to io.Writer, from io.Reader) error {
	r, w := bufio.NewReader(from), bufio.NewWriter(to)
	var held bytes.Buffer
	holding := false
	for {
		header, err := r.Peek(postgresHeader)
		if err != nil {
			return err
		}
		kind := header[0]
		n, err := length(header[1:])
		if err != nil {
			return err
		}
		n++ // the letter
		if strings.IndexByte("CEZ", kind) < 0 && !holding {
			if err := forward(r, w, n); err != nil {
				return err
			}
			continue
		}

		message := make([]byte, n)
		if _, err := io.ReadFull(r, message); err != nil {
			return err
		}
		body := message[postgresHeader:]
		switch kind {
		case 'C':
			command, _, _ := strings.Cut(string(bytes.TrimRight(body, "\x00")), " ")
			p.CountAnswer(command)
			holding = holding || isWrite(command) && p.Losing()
		case 'E':
			p.CountAnswer(sqlState(body))
		}
		if holding {
			held.Write(message)
			if kind != 'Z' {
				continue
			}
			if len(body) == 1 && body[0] == 'I' && p.Lose() {
				return nil
			}
			message, holding = held.Bytes(), false
		}
		if _, err := w.Write(message); err != nil {
			return err
		}
		held.Reset()
		if err := flush(r, w); err != nil {
			return err
		}
	}
}

func isWrite(command string) bool {
	switch command {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "COMMIT":
		return true
	}
	return false
}

// sqlState returns the code in the body of an ErrorResponse. The body is a list of fields,
// each a letter and a text that ends with NUL.
func sqlState(body []byte) string {
	for _, field := range bytes.Split(body, []byte{0}) {
		if len(field) > 0 && field[0] == 'C' {
			return string(field[1:])
		}
	}
	return ""
}

// length returns the length of the rest of a message, from four bytes that count
// themselves.
func length(b []byte) (int64, error) {
	n := int64(binary.BigEndian.Uint32(b))
	if n < 4 || n > postgresLimit {
		return 0, fmt.Errorf("proxy: a message of %d bytes", n)
	}
	return n, nil
}

// forward copies n bytes, and flushes when r has no more buffered bytes.
func forward(r *bufio.Reader, w *bufio.Writer, n int64) error {
	for n > 0 {
		if _, err := r.Peek(1); err != nil {
			return err
		}
		chunk, _ := r.Peek(int(min(n, int64(r.Buffered())))) // cannot fail: all of it is buffered
		if _, err := w.Write(chunk); err != nil {
			return err
		}
		r.Discard(len(chunk)) // cannot fail either
		n -= int64(len(chunk))
	}
	return flush(r, w)
}

func flush(r *bufio.Reader, w *bufio.Writer) error {
	if r.Buffered() > 0 {
		return nil
	}
	return w.Flush()
}
