package web

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// writer sees to a response's headers when they are sent, so that nothing a
// handler does before can undo it.
type writer struct {
	http.ResponseWriter
	cookieName string

	// Guards what follows: a handler under http.TimeoutHandler still runs when
	// the response is written.
	mu      sync.Mutex
	sent    bool
	pending []*http.Cookie // to be sent, unless the response sets the cookie already
	private bool           // behind Require
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) WriteHeader(status int) {
	// Of the statuses from 100 only 101 is the last.
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.finish()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(p []byte) (int, error) {
	w.finish()
	return w.ResponseWriter.Write(p)
}

// ReadFrom lets io.Copy use the connection's own way of sending files.
func (w *writer) ReadFrom(r io.Reader) (int64, error) {
	w.finish()
	return io.Copy(w.ResponseWriter, r)
}

// Flush is FlushError for handlers that ask for an http.Flusher.
func (w *writer) Flush() { _ = w.FlushError() }

// FlushError is what http.ResponseController calls: flushing sends headers.
func (w *writer) FlushError() error {
	w.finish()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack is for handlers that ask for an http.Hijacker, such as WebSocket
// libraries. What is sent from then on is the handler's, who may begin with the
// headers, as httputil.ReverseProxy does.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.sent {
		w.complete()
	}
	connection, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	// Else, as with HTTP/2, the response is still to come.
	w.sent = w.sent || err == nil
	return connection, buffered, err
}

// finish completes the headers, once.
func (w *writer) finish() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.sent {
		w.complete()
		w.sent = true
	}
}

// complete sees to what is in the headers so far. The caller has locked mu.
func (w *writer) complete() {
	header := w.Header()
	sets := slices.ContainsFunc(header["Set-Cookie"], func(line string) bool { return isCookie(line, w.cookieName) })
	if !sets && w.pending != nil {
		setCookies(header, w.pending)
		sets = true
	}
	if sets || w.private {
		header.Set("Cache-Control", "no-store")
		if !varies(header) {
			header.Add("Vary", "Cookie")
		}
	}
}

// varies reports whether a header says already that the response depends on
// cookies.
func varies(header http.Header) bool {
	for _, line := range header["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, "Cookie") {
				return true
			}
		}
	}
	return false
}
