//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package postgres

import (
	"net"
	"runtime"
	"testing"
)

// pair returns both ends of a connection.
func pair(t *testing.T) (client, server net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err = net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = listener.Accept()
	if err != nil {
		client.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// Whether the server has closed an idle connection can be detected without a round trip.
func TestQuiet(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(server net.Conn) error{
		"said something": func(server net.Conn) error { _, err := server.Write([]byte("E")); return err },
		"closed":         net.Conn.Close,
	} {
		client, server := pair(t)
		socket := newSocket(client)
		if !socket.quiet() {
			t.Errorf("%s: not quiet before", name)
		}
		if err := do(server); err != nil {
			t.Fatal(err)
		}
		for socket.quiet() { // until the data has arrived
			runtime.Gosched()
		}
	}
	client, _ := pair(t)
	socket := newSocket(client)
	client.Close()
	if socket.quiet() {
		t.Error("quiet after this end closed it")
	}
}

// After a slow write pgx leaves a goroutine that reads.
func TestQuietWhileAnotherReads(t *testing.T) {
	t.Parallel()
	client, server := pair(t)
	socket := newSocket(client)
	read := make(chan error)
	go func() {
		_, err := client.Read(make([]byte, 1))
		read <- err
	}()
	for range 1000 { // most of them while it reads
		if !socket.quiet() {
			t.Fatal("not quiet")
		}
		runtime.Gosched()
	}
	if _, err := server.Write([]byte("Z")); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Error(err)
	}
}
