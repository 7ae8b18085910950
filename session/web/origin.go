package web

import (
	"errors"
	"net/http"
	"strings"
)

// ErrOrigin: a request that may change something came from another origin, or
// does not say from where it came.
var ErrOrigin = errors.New("web: request refused: from another origin, or without Sec-Fetch-Site and Origin")

// checkOrigin returns ErrOrigin for a request that must not be believed its
// cookies.
func (a *Auth[U, S]) checkOrigin(r *http.Request) error {
	if isWebSocket(r) {
		// It is a GET, but what follows is as good as a POST, and its answers
		// can be read by the page that sent it.
		post := *r
		post.Method = http.MethodPost
		r = &post
	}
	if isSafe(r) {
		return nil
	}
	if !a.config.AllowMissingOrigin && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return ErrOrigin
	}
	if a.protection.Check(r) != nil {
		return ErrOrigin
	}
	return nil
}

// isSafe reports whether the method of a request promises that it changes
// nothing.
func isSafe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

// isWebSocket reports whether a request asks for a WebSocket over HTTP/1.
// Over HTTP/2 the method is CONNECT, which is not safe.
func isWebSocket(r *http.Request) bool {
	for _, line := range r.Header["Upgrade"] {
		for protocol := range strings.SplitSeq(line, ",") {
			protocol, _, _ = strings.Cut(protocol, "/") // a version
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}

// isNavigation reports whether a request loads a page, as far as the browser
// says.
func isNavigation(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate"
}
