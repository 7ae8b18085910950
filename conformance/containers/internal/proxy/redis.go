package proxy

import (
	"bytes"
	"io"
	"sync"
)

// Redis is the protocol of Redis and Valkey on one connection, without encryption. It is
// for clients that write only with scripts.
//
// A command is an array of strings, and can arrive in several pieces. What a client sends
// after an answer, or at first, is one round trip, however many commands it has.
type Redis struct {
	mu      sync.Mutex
	waiting bool // something was sent since the last answer
	writing bool // a script was called since the last answer
}

// unaskedRedis lists the commands with which clients sign in.
var unaskedRedis = [][]byte{[]byte("\nhello\r"), []byte("\nauth\r"), []byte("\nselect\r"), []byte("\nclient\r"), []byte("\ncommand\r"), []byte("\ncluster\r")}

// Requests counts round trips and records calls of scripts.
func (r *Redis) Requests(p *Proxy, to io.Writer, from io.Reader) error {
	return eachChunk(from, func(chunk []byte) error {
		r.mu.Lock()
		// A command's name is at its start; the largest values come later.
		start := bytes.ToLower(chunk[:min(len(chunk), 64)])
		unasked := false
		for _, name := range unaskedRedis {
			unasked = unasked || bytes.Contains(start, name)
		}
		if !r.waiting && !unasked {
			p.CountRoundTrip()
		}
		r.waiting = true
		r.writing = r.writing || bytes.Contains(start, []byte("\neval"))
		r.mu.Unlock()
		_, err := to.Write(chunk)
		return err
	})
}

// Answers counts answers to scripts, as "EVAL", or by the code of an error. A script
// that the server does not know has not run.
func (r *Redis) Answers(p *Proxy, to io.Writer, from io.Reader) error {
	return eachChunk(from, func(chunk []byte) error {
		r.mu.Lock()
		writing := r.writing
		r.waiting, r.writing = false, false
		r.mu.Unlock()
		if writing && chunk[0] == '-' {
			code, _, _ := bytes.Cut(chunk[1:], []byte(" "))
			p.CountAnswer(string(code))
		} else if writing {
			p.CountAnswer("EVAL")
			if p.Lose() {
				return io.EOF
			}
		}
		_, err := to.Write(chunk)
		return err
	})
}

// eachChunk calls f with each piece of input, as it arrives.
func eachChunk(from io.Reader, f func(chunk []byte) error) error {
	buffer := make([]byte, 1<<16)
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
