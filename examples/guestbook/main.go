// Command guestbook is a guestbook with accounts, on Tenon and SQLite: an
// example of an application that keeps people signed in. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func main() {
	address := flag.String("addr", "localhost:8080", "the `address` to listen on")
	file := flag.String("db", "", "the database `file`, created if it does not exist (default: a temporary one, deleted at the end)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "guestbook: accepts only flags, no arguments; see -help")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *address, *file, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "guestbook:", err)
		os.Exit(1)
	}
}

// run serves the guestbook until ctx is done, and then waits for requests in progress. It
// writes its address to out.
func run(ctx context.Context, address, file string, out io.Writer) (err error) {
	if file == "" {
		folder, err := os.MkdirTemp("", "guestbook")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		file = filepath.Join(folder, "guestbook.db")
	}
	store, err := openStore(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	app, err := newApp(store, settings{passwordCost: bcrypt.DefaultCost, secret: os.Getenv("GUESTBOOK_SECRET")})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}

	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	background.Go(func() { app.sweep(ctx) })

	server := &http.Server{
		Handler:           app,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	served := make(chan error, 1)
	background.Go(func() { served <- server.Serve(listener) })
	fmt.Fprint(out, greeting(address, listener, file))

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	timeout, cancelTimeout := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancelTimeout()
	if err := server.Shutdown(timeout); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// greeting returns a text with the guestbook's address, and what else it needs at such an
// address.
func greeting(address string, listener net.Listener, file string) string {
	text := fmt.Sprintf("The guestbook is open at http://%s\nIts database is %s. Press Ctrl+C to close it.\n", name(address, listener), file)
	if !isLoopback(address) {
		text += "From other computers users cannot sign in without TLS: put a proxy with TLS in front of it, and open its https:// address.\n"
	}
	return text
}

// name returns the host as given, with the port of the listener. Browsers accept Secure
// cookies from http://localhost, but not all of them from http://127.0.0.1.
func name(address string, listener net.Listener) string {
	host, _, _ := net.SplitHostPort(address)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if host == "" {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
