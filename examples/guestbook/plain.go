package main

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// isPlain reports whether a request comes over the network without TLS, where browsers do
// not keep Secure cookies, so users cannot sign in. Behind a proxy with TLS, browsers
// send Sec-Fetch-Site. They do not send it without TLS.
func isPlain(r *http.Request) bool {
	return r.TLS == nil && r.Header.Get("Sec-Fetch-Site") == "" && !isLoopback(r.Host)
}

// isLoopback reports whether a host, with or without a port, is the loopback interface.
// Browsers keep Secure cookies from there without TLS.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
