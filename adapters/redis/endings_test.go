package redis

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	driver "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// calls lists all calls of a store.
var calls = []struct {
	name  string
	reads bool
	do    func(context.Context, *spec.SessionStore[device]) error
}{
	{"CreateSession", false, func(ctx context.Context, s *spec.SessionStore[device]) error { return s.CreateSession(ctx, phone) }},
	{"UpdateSession", false, func(ctx context.Context, s *spec.SessionStore[device]) error {
		return s.UpdateSession(ctx, phone.ID, device{"x"}, attr.All[device]())
	}},
	{"SwapLease", false, func(ctx context.Context, s *spec.SessionStore[device]) error {
		return s.SwapLease(ctx, phone.ID, phone.Lease, phone.Lease)
	}},
	{"DeleteSession", false, func(ctx context.Context, s *spec.SessionStore[device]) error { return s.DeleteSession(ctx, phone.ID) }},
	{"DeleteUserSessions", false, func(ctx context.Context, s *spec.SessionStore[device]) error {
		_, err := s.DeleteUserSessions(ctx, phone.UserID)
		return err
	}},
	{"DeleteExpiredSessions", false, func(ctx context.Context, s *spec.SessionStore[device]) error {
		_, err := s.DeleteExpiredSessions(ctx, spec.Sweep{Now: time.Unix(9, 0), Everyone: true, Limit: 10})
		return err
	}},
	{"DeleteExpiredSessions of a user", false, func(ctx context.Context, s *spec.SessionStore[device]) error {
		_, err := s.DeleteExpiredSessions(ctx, spec.Sweep{Now: time.Unix(9, 0), UserID: phone.UserID, Limit: 10})
		return err
	}},
	{"Migrate", false, func(ctx context.Context, s *spec.SessionStore[device]) error { return s.Migrate(ctx) }},
	{"Session", true, func(ctx context.Context, s *spec.SessionStore[device]) error {
		_, err := s.Session(ctx, phone.ID)
		return err
	}},
	{"UserSessions", true, func(ctx context.Context, s *spec.SessionStore[device]) error {
		_, err := s.UserSessions(ctx, phone.UserID)
		return err
	}},
	{"Check", true, func(ctx context.Context, s *spec.SessionStore[device]) error { return s.Check(ctx) }},
	{"Ping", true, func(ctx context.Context, s *spec.SessionStore[device]) error { return s.Ping(ctx) }},
}

// No call outlives its context by more than a second if the server stops answering, at
// any of its commands. Such a call returns the context's error, or ErrIndeterminate for a
// write. The client alone would wait for its ReadTimeout, and then try reads again.
func TestCallsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	const given = time.Minute
	for kind, limit := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, given)
		},
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(given, cancel)
			return ctx, cancel
		},
	} {
		for _, call := range calls {
			for answered := range 2 { // commands that the server still answers
				synctest.Test(t, func(t *testing.T) {
					f := newPiped()
					client := driver.NewClient(&driver.Options{
						Dialer: f.dial, ReadTimeout: time.Hour,
						MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
					})
					store, err := NewSessions[device](t.Context(), client)
					if err != nil {
						t.Fatal(err)
					}
					f.stallAfter(answered)
					ctx, cancel := limit(t.Context())
					defer cancel()
					begun := time.Now()
					err = call.do(ctx, store)
					if over := time.Since(begun) - given; over > time.Second {
						t.Errorf("%s, %s after %d answers: ended %s after its context: %v", call.name, kind, answered, over, err)
					}
					allowed := []error{context.Canceled, context.DeadlineExceeded}
					if !call.reads {
						allowed = append(allowed, spec.ErrIndeterminate)
					}
					if class := spec.ClassOf(err); f.stalled() && !slices.Contains(allowed, class) {
						t.Errorf("%s, %s after %d answers: got %v", call.name, kind, answered, err)
					}
					f.close()
					if err := client.Close(); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// piped is a fake whose connections are in memory, so that time can be fake too. It can
// stop answering.
type piped struct {
	*fake
	mu      sync.Mutex
	left    int // answers that it still gives; negative: no limit
	stopped bool
	closed  bool
	conns   []net.Conn
}

func newPiped() *piped {
	p := &piped{left: -1}
	p.fake = &fake{seen: map[string]int{}, answers: map[string]string{
		"hello": "-ERR unknown command\r\n", "info": bulk("redis_version:8.0.2\r\n"), "evalsha": bulk("done"), "setnx": ":1\r\n", "get": bulk("1"),
		"zrange": "*1\r\n" + bulk(makeEntry(phone.ID, "x")),
	}}
	return p
}

func (p *piped) dial(context.Context, string, string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.New("closed")
	}
	client, server := net.Pipe()
	p.conns = append(p.conns, client)
	go p.serve(stalling{server, p})
	return client, nil
}

func (p *piped) stallAfter(answers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = answers
}

func (p *piped) stalled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped
}

func (p *piped) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.conns {
		c.Close()
	}
}

// stalling is the server's end of a connection.
type stalling struct {
	net.Conn
	p *piped
}

func (s stalling) Write(answer []byte) (int, error) {
	s.p.mu.Lock()
	if s.p.left == 0 {
		s.p.stopped = true
		s.p.mu.Unlock()
		return len(answer), nil
	}
	s.p.left = max(s.p.left-1, -1)
	s.p.mu.Unlock()
	return s.Conn.Write(answer)
}
