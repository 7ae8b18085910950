package main

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// isPlain reports whether a page is asked for over the network without TLS,
// where browsers keep no Secure cookie and so no sign-in. Behind a proxy with
// TLS browsers say Sec-Fetch-Site, which they do not without TLS.
func isPlain(r *http.Request) bool {
	return r.TLS == nil && r.Header.Get("Sec-Fetch-Site") == "" && !isLoopback(r.Host)
}

// isLoopback reports whether a host, with or without a port, is this computer
// to itself, where browsers keep Secure cookies without TLS.
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
