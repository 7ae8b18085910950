package cookie

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// Writer sees to a response's headers when they are sent, so that nothing
// a handler does before can undo it:
//
//   - The pending cookies are set, unless the handler has set the cookie.
//   - Vary names Cookie.
//   - A response that sets the cookie, or is private, is no-store, whatever else
//     the handler says.
//   - One that is personal is "private, no-store" if the handler says nothing
//     about caching. Personal is what a request with our cookie gets, and any
//     other whose handler asked for the session. "private" would keep shared
//     caches away, as it must; no-store, in addition, has the Back button load
//     the page again, and so not show it after the sign-out.
type Writer struct {
	http.ResponseWriter
	cookie   *Cookie
	insecure bool // the request gets the insecure cookie
	ctx      context.Context
	begin    func() error

	// Guards what follows: a handler under http.TimeoutHandler still runs when
	// the response is written.
	mu       sync.Mutex
	sent     bool
	err      error // of begin
	pending  []*http.Cookie
	personal bool
	private  bool

	lines [2]string // of the header, here to save two allocations
}

// Init has a zero Writer write the response to a request. If begin is not nil
// it is called once, right before the response begins. If it fails it has
// written another response, past the Writer, which then drops the handler's. It
// must not use the Writer.
func (w *Writer) Init(c *Cookie, to http.ResponseWriter, r *http.Request, begin func() error) {
	w.ResponseWriter, w.cookie, w.insecure = to, c, c.isInsecure(r)
	w.ctx, w.begin = r.Context(), begin
	w.personal = c.isPresented(r, w.insecure)
}

// SetPending sets the cookies that the response is to have unless its handler
// sets others.
func (w *Writer) SetPending(cookies []*http.Cookie) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = cookies
}

// Replace puts cookies into a header in place of all that were to be sent. It
// may be the header of a handler whose response is thrown away, as by
// http.TimeoutHandler, which then takes them along.
func (w *Writer) Replace(header http.Header, cookies []*http.Cookie) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = nil
	w.cookie.replace(header, w.insecure, cookies)
}

// SetPersonal says that the response depends on a session, or may.
func (w *Writer) SetPersonal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.personal = true
}

// SetPrivate says that no cache may keep the response.
func (w *Writer) SetPrivate() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.private = true
}

// Sent reports whether the headers have been sent, or the connection has been
// taken over.
func (w *Writer) Sent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

// Finish has the response begin unless it has, and returns the error of begin.
func (w *Writer) Finish() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.sent {
		w.sent = true
		if w.begin != nil {
			w.err = w.begin()
		}
		if w.err == nil {
			w.complete()
		}
	}
	return w.err
}

// complete sees to what is in the headers so far. The caller has locked mu.
func (w *Writer) complete() {
	header, name := w.Header(), w.cookie.name(w.insecure)
	if w.pending != nil && !hasCookie(header, name) {
		w.cookie.replace(header, w.insecure, w.pending)
	}
	switch {
	case w.private || hasCookie(header, name):
		NoStore(header)
	case w.personal && saysNothing(header):
		w.lines[0] = "private, no-store"
		header["Cache-Control"] = w.lines[0:1:1]
	}
	if header["Vary"] == nil {
		w.lines[1] = "Cookie"
		header["Vary"] = w.lines[1:2:2]
	}
	vary(header)
}

// Unwrap is for http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader begins the response, unless it announces an interim one: of the
// statuses from 100 only 101 is the last.
func (w *Writer) WriteHeader(status int) {
	interim := status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
	if interim || w.Finish() == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write begins the response.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.Finish(); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom lets io.Copy use the connection's own way of sending files.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	if err := w.Finish(); err != nil {
		return 0, err
	}
	return io.Copy(w.ResponseWriter, r)
}

// Flush is FlushError for handlers that ask for an http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// FlushError is what http.ResponseController calls: flushing sends headers.
func (w *Writer) FlushError() error {
	if err := w.Finish(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack is for handlers that ask for an http.Hijacker, such as WebSocket
// libraries. What is sent from then on is the handler's, who may begin with the
// headers, as httputil.ReverseProxy does. It does not call begin.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
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

// CloseNotify is for handlers that ask for an http.CloseNotifier, as gin does
// of every writer. The server ends the request's context in the same moments.
func (w *Writer) CloseNotify() <-chan bool {
	closed := make(chan bool, 1)
	context.AfterFunc(w.ctx, func() { closed <- true })
	return closed
}
