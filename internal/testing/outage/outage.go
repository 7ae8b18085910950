// Package outage stops a store while browsers use it, and checks how package web responds.
// It is for tests of any adapter.
package outage

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// User and Device are the attribute types of the stores.
type (
	User   struct{ Name string }
	Device struct{ Name string }
)

const (
	browsers = 16
	active   = browsers * time.Millisecond // of a clock that ticks when it is read
)

// Run signs in a number of browsers, each of which keeps loading pages. At the same time it stops
// the store and starts it again. Time passes so fast that sessions are renewed all the
// time, also during the outage. Each page must be served to its user, or answered with
// 503. No cookie may change. A user who signs out during the outage must be told that it
// failed, and stay signed in. Afterwards the old cookies must work, and sessions must be
// renewed again.
//
// The store must be empty. Stop must return when the store no longer answers, and start
// when it answers again.
func Run(t *testing.T, store *spec.Store[User, Device], stop, start func()) {
	if err := store.CreateUser(t.Context(), spec.User[User]{ID: "ann"}); err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	var ticks atomic.Int64
	began := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	now := func() time.Time { return began.Add(time.Duration(ticks.Add(1)) * time.Millisecond) }
	manager, err := session.NewManager(store, session.Config{
		Active: active,
		Now:    now,
		Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := web.New(manager, web.Config{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(application(auth))
	defer server.Close()
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 2 * browsers

	var all []*browser
	for i := range browsers {
		b := newBrowser(t, server, strconv.Itoa(i))
		b.send(http.MethodPost, "/sign-in?device="+b.name, http.StatusOK)
		all = append(all, b)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	defer load.Wait()
	defer cancel() // also if stop or start ends the test
	for _, b := range all {
		load.Go(func() {
			for ctx.Err() == nil {
				b.recordStatus(b.send(http.MethodGet, "/", http.StatusOK, http.StatusServiceUnavailable))
			}
		})
	}
	wait := func(status int) { // for all at once, since an answer can take seconds
		var each sync.WaitGroup
		for _, b := range all {
			each.Go(func() { b.wait(status) })
		}
		each.Wait()
	}
	wait(http.StatusOK)
	stop()
	wait(http.StatusServiceUnavailable)
	var leaving sync.WaitGroup
	for _, b := range all {
		leaving.Go(func() {
			// 503 before the handler, and 500 from it: its session may have been
			// validated as the store stopped.
			b.send(http.MethodPost, "/sign-out", http.StatusServiceUnavailable, http.StatusInternalServerError)
		})
	}
	leaving.Wait()
	start()
	back := now()
	// After the first round every session is due for renewal. In the others it is renewed.
	for range 3 {
		wait(http.StatusOK)
	}
	cancel()
	load.Wait()
	for _, b := range all {
		b.send(http.MethodGet, "/", http.StatusOK)
	}
	checkRenewed(t, manager, back)
	// Signing out works again.
	b := all[0]
	b.endsWell = true
	b.send(http.MethodPost, "/sign-out", http.StatusOK)
	b.send(http.MethodGet, "/", http.StatusUnauthorized)
}

// checkRenewed checks that every session has been renewed since.
func checkRenewed(t *testing.T, manager *session.Manager[User, Device], since time.Time) {
	sessions, err := manager.List(t.Context(), "ann")
	if err != nil || len(sessions) != browsers {
		t.Errorf("got %d sessions, error %v", len(sessions), err)
	}
	for _, s := range sessions {
		if s.ActiveUntil.Before(since.Add(active)) {
			t.Errorf("device %s: not renewed since the outage", s.Attributes.Name)
		}
	}
}

func application(auth *web.Auth[User, Device]) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", Device{Name: r.FormValue("device")}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		if err := auth.SignOut(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.Handle("GET /", auth.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		current, _ := auth.Session(r)
		io.WriteString(w, current.Attributes.Name)
	})))
	return auth.Handler(mux)
}

// browser is a client with its cookies.
type browser struct {
	t        *testing.T
	name     string // of its session's device
	server   *url.URL
	client   *http.Client
	cookie   string // since the sign-in
	endsWell bool   // it has signed out successfully

	mu    sync.Mutex
	more  *sync.Cond
	count map[int]int // responses under load, by status
}

func newBrowser(t *testing.T, server *httptest.Server, name string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, name: name, server: address, count: make(map[int]int)}
	b.client = &http.Client{Transport: server.Client().Transport, Jar: jar}
	b.more = sync.NewCond(&b.mu)
	return b
}

// send sends a request and checks the status and the body of the response, and that the
// browser's cookie has not changed.
func (b *browser) send(method, path string, want ...int) int {
	request, err := http.NewRequest(method, b.server.String()+path, nil)
	if err != nil {
		b.t.Error(err)
		return 0
	}
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Error(err)
		return 0
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Error(err)
	}
	status := response.StatusCode
	if !slices.Contains(want, status) {
		b.t.Errorf("%s %s: got status %d, want one of %d", method, path, status, want)
	}
	if method == http.MethodGet && status == http.StatusOK && string(body) != b.name {
		b.t.Errorf("%s %s: got the page of device %q, want %q", method, path, body, b.name)
	}
	var cookie string
	if cookies := b.client.Jar.Cookies(b.server); len(cookies) == 1 {
		cookie = cookies[0].Value
	}
	switch {
	case b.cookie == "":
		b.cookie = cookie
	case cookie != b.cookie && !b.endsWell:
		b.t.Errorf("%s %s: status %d, and the cookie has been changed or cleared", method, path, status)
	}
	return status
}

func (b *browser) recordStatus(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count[status]++
	b.more.Broadcast()
}

// wait waits until the browser has received two more responses with this status. So at
// least the second request was sent after the call. It does not wait if the test has failed.
func (b *browser) wait(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for want := b.count[status] + 2; b.count[status] < want && !b.t.Failed(); {
		b.more.Wait()
	}
}
