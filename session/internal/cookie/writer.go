package cookie

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// Writer completes a response's headers at the moment they are sent, so a handler
// cannot undo it:
//
//   - It sets the pending cookies, unless the handler has set the cookie.
//   - It adds Cookie to Vary.
//   - If the response sets the cookie, or is private, it makes it no-store, whatever
//     the handler has set.
//   - If the response is personal and the handler has set no header about caching,
//     it sets "private, no-store". A response is personal if the request had our
//     cookie, or if the handler asked for the session. "private" keeps the response
//     out of shared caches. "no-store" makes the Back button load the page again,
//     so it does not show the page after the sign-out.
type Writer struct {
	http.ResponseWriter
	cookie   *Cookie
	insecure bool // the request gets the insecure cookie
	ctx      context.Context
	begin    func() error

	// mu guards the fields below: a handler under http.TimeoutHandler can still run
	// while the response is written.
	mu       sync.Mutex
	sent     bool
	err      error // returned by begin
	pending  []*http.Cookie
	personal bool
	private  bool

	lines [2]string // values of the header, kept here to save two allocations
}

// Init initializes a zero Writer for the response to r. If begin is not nil, the
// Writer calls it once, immediately before the response begins. If begin returns an
// error, it must have written another response to to, and the Writer drops the
// handler's response. Begin must not use the Writer.
func (w *Writer) Init(c *Cookie, to http.ResponseWriter, r *http.Request, begin func() error) {
	w.ResponseWriter, w.cookie, w.insecure = to, c, c.isInsecure(r)
	w.ctx, w.begin = r.Context(), begin
	w.personal = c.isPresented(r, w.insecure)
}

// SetPending sets the cookies that the response gets unless its handler sets the
// cookie.
func (w *Writer) SetPending(cookies []*http.Cookie) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = cookies
}

// Replace puts cookies into a header and drops the pending ones. The header can be
// that of a handler whose response is discarded, as by http.TimeoutHandler: then the
// cookies are discarded with it.
func (w *Writer) Replace(header http.Header, cookies []*http.Cookie) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = nil
	w.cookie.replace(header, w.insecure, cookies)
}

// SetPersonal marks the response as one that depends, or can depend, on a session.
func (w *Writer) SetPersonal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.personal = true
}

// SetPrivate marks the response as one that no cache may keep.
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

// Finish begins the response if nothing has been written, and returns the error of
// begin.
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

// complete completes the headers, as [Writer] describes. The caller holds mu.
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

// WriteHeader begins the response, unless status is that of an interim response,
// which all 1xx statuses except 101 are.
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

// ReadFrom lets io.Copy use the connection's own ReadFrom, such as sendfile.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	if err := w.Finish(); err != nil {
		return 0, err
	}
	return io.Copy(w.ResponseWriter, r)
}

// Flush is FlushError for handlers that ask for an http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// FlushError is called by http.ResponseController. Flushing sends the headers.
func (w *Writer) FlushError() error {
	if err := w.Finish(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack is for handlers that ask for an http.Hijacker, such as WebSocket
// libraries. The handler writes to the connection itself from then on. It can begin
// with the headers, as httputil.ReverseProxy does. Hijack does not call begin.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.sent {
		w.complete()
	}
	connection, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	// If hijacking failed, as with HTTP/2, the response has not been sent.
	w.sent = w.sent || err == nil
	return connection, buffered, err
}

// CloseNotify is for handlers that ask for an http.CloseNotifier, as gin does for
// every writer. The server cancels the request's context at the same moment.
func (w *Writer) CloseNotify() <-chan bool {
	closed := make(chan bool, 1)
	context.AfterFunc(w.ctx, func() { closed <- true })
	return closed
}
