package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tenon-go/tenon/session/internal/cookie"
)

// ErrOrigin: a request that can change something came from another origin, or does
// not name its origin.
var ErrOrigin = errors.New("web: request refused: from another origin, or without Sec-Fetch-Site and Origin")

// checkOrigin returns why the cookies of a request must not be trusted, or "".
func (a *Auth[U, S]) checkOrigin(r *http.Request) string {
	if isWebSocket(r) {
		// It is a GET, but the messages that follow can change something like a
		// POST, and the page that sent it can read the answers.
		post := *r
		post.Method = http.MethodPost
		r = &post
	}
	if isSafe(r) {
		return ""
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if site == "" && origin == "" {
		if a.config.AllowMissingOrigin {
			return ""
		}
		return "it has neither Sec-Fetch-Site nor Origin, as programs send it: for those there are " +
			"UncheckedPatterns, Bearer and AllowMissingOrigin in web.Config"
	}
	if a.protection.Check(r) != nil {
		if site != "" {
			return "Sec-Fetch-Site says that another site sent it: for those that may there are TrustedOrigins in web.Config"
		}
		return "Origin is not this host: for those that may there are TrustedOrigins in web.Config; a proxy must keep the Host header"
	}
	if site == "" && a.isPlainPage(r, origin) {
		// An attacker on the network can have forged the page.
		return adviceTLS
	}
	return ""
}

// isPlainPage reports whether the page that sent a request, given by its URL or
// origin, came from this host over the network without TLS. Browsers keep no Secure
// cookie then. A page of another host is not plain: its origin has been trusted as
// it is.
func (a *Auth[U, S]) isPlainPage(r *http.Request, page string) bool {
	u, err := url.Parse(page)
	return err == nil && u.Scheme == "http" && u.Host == r.Host &&
		!cookie.IsLoopback(u.Host) && !a.cookie.Insecure(r)
}

const adviceTLS = "the page is http://…, where browsers keep no Secure cookie: " +
	"use TLS, or, in development, Insecure and InsecureHosts in web.Config"

// isSafe reports whether a request has a method that must not change anything.
func isSafe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

// isWebSocket reports whether a request asks for a WebSocket over HTTP/1.
// Over HTTP/2 the method is CONNECT, which is not safe.
func isWebSocket(r *http.Request) bool {
	for _, line := range r.Header["Upgrade"] {
		for protocol := range strings.SplitSeq(line, ",") {
			protocol, _, _ = strings.Cut(protocol, "/") // drop the version
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}

// isNavigation reports whether a request loads a page. If the browser does not say,
// it returns true.
func isNavigation(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate"
}

// trust accepts the requests of other origins. It returns an error for an origin in
// a form that no browser sends, which would have no effect.
func (a *Auth[U, S]) trust(origins []string) error {
	for _, origin := range origins {
		if err := a.protection.AddTrustedOrigin(origin); err != nil {
			return err
		}
		u, err := url.Parse(origin)
		if err != nil {
			return err
		}
		port := u.Port()
		switch {
		case u.User != nil, strings.ContainsAny(u.Host, "*?"), strings.ToLower(origin) != origin,
			strings.ContainsFunc(origin, func(c rune) bool { return c <= ' ' || c >= 0x7f }),
			u.Hostname() == "", strings.HasSuffix(u.Host, ":"),
			u.Scheme == "https" && port == "443", u.Scheme == "http" && port == "80":
			return fmt.Errorf("%q is not as browsers send an origin: in lower case and Punycode, without a user, "+
				"a wildcard, or the port that its scheme has anyway", origin)
		}
	}
	return nil
}
