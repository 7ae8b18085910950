package containers

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The proxy reads the traffic, so dial encrypts the connection to a server that demands
// encryption.
func TestPostgresDialEncrypts(t *testing.T) {
	t.Parallel()
	https := httptest.NewUnstartedServer(nil) // for its certificate
	https.StartTLS()
	defer https.Close()
	roots := x509.NewCertPool()
	roots.AddCert(https.Certificate())
	trusting := &tls.Config{RootCAs: roots, ServerName: "example.com"}

	for _, test := range []struct {
		name      string
		answer    byte // the server's, to SSLRequest
		config    *tls.Config
		fallbacks []*pgconn.FallbackConfig
		want      string // what comes first; empty: an error
	}{
		{"encrypted", 'S', trusting, nil, "hello"},
		{"a server that is not trusted", 'S', &tls.Config{ServerName: "example.com"}, nil, ""},
		{"preferred, but not to be had", 'N', trusting, []*pgconn.FallbackConfig{{}}, "hello"},
		{"demanded, but not to be had", 'N', trusting, nil, ""},
		{"not asked for", 0, nil, nil, "hello"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			served := make(chan struct{})
			go func() {
				defer close(served)
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer func() { conn.Close() }()
				if test.answer != 0 {
					request := make([]byte, 8)
					if _, err := io.ReadFull(conn, request); err != nil || string(request) != "\x00\x00\x00\x08\x04\xd2\x16\x2f" {
						t.Errorf("the server got %q, %v, want SSLRequest", request, err)
					}
					conn.Write([]byte{test.answer})
				}
				if test.answer == 'S' {
					conn = tls.Server(conn, https.TLS)
				}
				io.WriteString(conn, "hello")
			}()
			t.Cleanup(func() {
				listener.Close()
				<-served
			})
			address := listener.Addr().(*net.TCPAddr)
			p := &postgres{config: &pgx.ConnConfig{Config: pgconn.Config{
				Host: "127.0.0.1", Port: uint16(address.Port), TLSConfig: test.config, Fallbacks: test.fallbacks,
			}}}
			conn, err := p.dial(t.Context())
			if test.want == "" {
				if err == nil {
					conn.Close()
					t.Error("connected")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			got := make([]byte, len(test.want))
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != test.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
