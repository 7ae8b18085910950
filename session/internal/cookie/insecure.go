package cookie

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Insecure reports whether a request gets the cookie without Secure.
func (c *Cookie) Insecure(r *http.Request) bool { return c.isInsecure(r) }

// isInsecure reports whether a request gets the cookie without Secure: its host
// is a loopback host or one of InsecureHosts, and it did not come through a proxy.
// A proxy can have replaced the public host with its own. Only the presence of a
// proxy's headers counts; their values are ignored.
func (c *Cookie) isInsecure(r *http.Request) bool {
	if !c.config.Insecure || !c.isInsecureHost(r.Host) {
		return false
	}
	if isProxied(r) {
		c.warnForwarded.Do(func() {
			c.config.Logger.WarnContext(r.Context(), "cookie: Insecure is set behind a proxy, which replaces the Host header: "+
				"the cookie is Secure all the same. Leave Insecure out, and have the proxy keep the Host header")
		})
		return false
	}
	return true
}

func (c *Cookie) isInsecureHost(host string) bool {
	return IsLoopback(host) || slices.Contains(c.config.InsecureHosts, hostname(host))
}

// IsLoopback reports whether a host, with or without a port, is this computer.
func IsLoopback(host string) bool {
	host = hostname(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// isProxied reports whether a request shows that it came through a proxy. HTTP/1.0
// is such a sign: no browser uses it, but nginx does towards its upstream servers by
// default.
func isProxied(r *http.Request) bool {
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return r.ProtoMajor == 1 && r.ProtoMinor == 0
}

// hostname returns a host in lower case, without its port and without the
// brackets around an address.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return strings.ToLower(host)
}
