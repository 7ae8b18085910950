package storage

import (
	"bufio"
	"net"
	"net/http"
)

// writer calls begin once, right before the response begins, and drops the
// response if begin fails, which has written another one then.
type writer struct {
	http.ResponseWriter
	begin   func() error
	started bool
	err     error // of begin
}

// start begins the response unless it has begun.
func (w *writer) start() error {
	if !w.started {
		w.started = true
		w.err = w.begin()
	}
	return w.err
}

func (w *writer) WriteHeader(status int) {
	// 1xx are sent ahead of the response, but for 101, which is one.
	if informational := status >= 100 && status < 200 && status != http.StatusSwitchingProtocols; informational || w.start() == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.start(); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController: flushing begins the response.
func (w *writer) FlushError() error {
	if err := w.start(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is for handlers that ask for an http.Flusher.
func (w *writer) Flush() { w.FlushError() }

// Hijack takes the connection over, and there will be no response of ours that
// could set a cookie.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.started = true
	}
	return conn, buffered, err
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
