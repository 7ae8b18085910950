package session_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestRenewalModel runs every interleaving of two requests of one client and a sign-out.
// One request also reads the user, the other does not. The servers' clocks differ.
//
// Up to two faults occur, or one at the end of the session's life. At every call of the
// store the process can crash, before or after the call, or the answer can be lost,
// whether or not the call was performed. Every response can be lost.
//
// In the end the client's token must be valid, or the session must have ended and stay
// ended. At the end of its life, which by one server's clock is over, the session can
// also have expired, unless a call has renewed it.
func TestRenewalModel(t *testing.T) {
	t.Parallel()
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		for name, prepare := range situations {
			if renewal == session.Extend && strings.HasPrefix(name, "the new token") {
				continue
			}
			t.Run([]string{"Extend", "Rotate"}[renewal]+"/"+name, func(t *testing.T) {
				t.Parallel()
				faults := 2
				switch {
				case raceEnabled: // only one actor runs at a time, so races are elsewhere
					faults = 0
				case testing.Short(), name == "at its end": // it has more calls than the others
					faults = 1
				}
				w := newWorld(t, renewal)
				runs := 0
				for w.paths = (paths{}); !t.Failed(); runs++ {
					w.run(prepare, faults)
					if !w.paths.next() {
						break
					}
				}
				t.Logf("%d runs", runs)
			})
		}
	}
}

const (
	period = 24 * time.Hour // the default of Active
	life   = 15 * period    // the default of Active + Idle
	grace  = time.Minute    // the default of Grace
	skew   = grace / 3      // between a server's clock and the right time
)

// situations are the states in which the requests can find the session. Each returns the
// token that the client has and, if a request of the client is already in flight, the
// token of that request.
var situations = map[string]func(w *world) (jar, underway session.Token){
	"active": func(w *world) (jar, underway session.Token) { return w.create(), session.Token{} },
	"idle": func(w *world) (jar, underway session.Token) {
		jar = w.create()
		w.now = w.now.Add(period + skew)
		return jar, session.Token{}
	},
	"at its end": func(w *world) (jar, underway session.Token) {
		jar = w.create()
		w.now = w.now.Add(life - skew/2)
		w.ending = true
		return jar, session.Token{}
	},
	"the new token was lost just now": func(w *world) (jar, underway session.Token) {
		jar = w.create()
		w.now = w.now.Add(period)
		w.validate(jar)
		return jar, session.Token{}
	},
	"the new token was lost a grace ago": func(w *world) (jar, underway session.Token) {
		jar = w.create()
		w.now = w.now.Add(period)
		w.validate(jar)
		w.now = w.now.Add(grace)
		return jar, session.Token{}
	},
	"the new token was lost long ago": func(w *world) (jar, underway session.Token) {
		jar = w.create()
		w.now = w.now.Add(period)
		w.validate(jar)
		w.now = w.now.Add(period + skew)
		return jar, session.Token{}
	},
	"the new token has just arrived": func(w *world) (jar, underway session.Token) {
		underway = w.create()
		w.now = w.now.Add(period)
		return w.validate(underway), underway
	},
	"the new token arrived long ago": func(w *world) (jar, underway session.Token) {
		underway = w.create()
		w.now = w.now.Add(period)
		jar = w.validate(underway)
		w.now = w.now.Add(period + skew)
		return jar, session.Token{}
	},
	"the new token was presented just now": func(w *world) (jar, underway session.Token) {
		underway = w.create()
		w.now = w.now.Add(period)
		jar = w.validate(underway)
		w.validate(jar)
		return jar, underway
	},
	"the new token was presented long ago": func(w *world) (jar, underway session.Token) {
		underway = w.create()
		w.now = w.now.Add(period)
		jar = w.validate(underway)
		w.validate(jar)
		w.now = w.now.Add(period + skew)
		return jar, session.Token{}
	},
}

// world contains a store, three servers, a client, and the current path.
type world struct {
	t       *testing.T
	store   testStore
	now     time.Time
	right   *session.Manager[managertest.User, managertest.Device] // has no faults and the right time
	servers [2]*session.Manager[managertest.User, managertest.Device]
	actor   *actor // the actor whose call reaches the store
	paths   paths
	idle    []*actor // actors of earlier runs
	faults  int      // number of faults left in this run
	jar     session.Token
	ending  bool // the session has expired by one server's clock
	deleted bool // a sign-out has been performed
	renewed bool // a validation has returned a renewed session
	rotated int  // number of new tokens in responses
}

func newWorld(t *testing.T, renewal session.Renewal) *world {
	w := &world{t: t, store: openMemory(t)}
	must(t, w.store.CreateUser(t.Context(), spec.User[managertest.User]{ID: "ann"}))
	manager := func(a testStore, skew time.Duration) *session.Manager[managertest.User, managertest.Device] {
		m, err := session.NewManager(a, session.Config{
			Renewal: renewal, Absolute: session.NoAbsolute, Grace: grace, Active: period,
			Now:    func() time.Time { return w.now.Add(skew) },
			Logger: slog.New(slog.DiscardHandler),
		})
		must(t, err)
		return m
	}
	w.right = manager(w.store, 0)
	faulty := managertest.Intercept(t, w.store, func(_ context.Context, op spec.Op, call func() error) error {
		return w.actor.call(op, call)
	})
	w.servers[0], w.servers[1] = manager(faulty, skew), manager(faulty, -skew)
	return w
}

func (w *world) create() session.Token {
	s, err := w.right.Create(w.t.Context(), "ann", managertest.Device{})
	must(w.t, err)
	return s.Token()
}

// validate makes a request without faults. It returns the token that the client has
// afterwards.
func (w *world) validate(token session.Token) session.Token {
	w.t.Helper()
	s, err := w.right.ValidateSession(w.t.Context(), token)
	if err != nil {
		w.t.Fatalf("%v: %v", w.paths.chosen, err)
	}
	if s.Fresh {
		return s.Token()
	}
	return token
}

// run runs one path.
func (w *world) run(prepare func(*world) (jar, underway session.Token), faults int) {
	t := w.t
	w.now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	w.faults, w.ending, w.deleted, w.renewed, w.rotated = faults, false, false, false, 0
	jar, underway := prepare(w)
	w.jar = jar
	id := jar.ID()
	signOut := w.signOut(w.servers[0], id)
	w.actor = signOut
	signOut.step() // up to its only call: its start does not affect the others
	actors := []*actor{
		w.request(w.validateUser(w.servers[0]), session.Token{}),
		w.request(w.servers[1].ValidateSession, underway),
		signOut,
	}
	for len(actors) > 0 {
		i := w.paths.choose(len(actors))
		w.actor = actors[i]
		if !w.actor.step() {
			actors = append(actors[:i:i], actors[i+1:]...)
		}
	}
	if w.rotated > 1 {
		t.Errorf("%v: %d responses have a new token", w.paths.chosen, w.rotated)
	}
	row, err := w.store.Session(t.Context(), string(id))
	if w.deleted {
		if !errors.Is(err, spec.ErrSessionNotFound) {
			t.Errorf("%v: the session was ended and is there: %v", w.paths.chosen, err)
		}
		return
	}
	if w.ending && (errors.Is(err, spec.ErrSessionNotFound) || err == nil && row.State(w.now) == spec.Expired) {
		if w.renewed {
			t.Errorf("%v: a session that was renewed has come to its end", w.paths.chosen)
		}
		must(t, w.store.DeleteSession(t.Context(), string(id)))
		return
	}
	must(t, err)
	token := w.jar
	for _, pause := range []time.Duration{0, grace / 2, grace, 2 * grace, period, 0} {
		w.now = w.now.Add(pause)
		token = w.validate(token)
	}
	must(t, w.store.DeleteSession(t.Context(), string(id)))
}

// actor is a request that a server handles. It stops before each call of the store and
// before its response arrives. After that it can become another request: a new coroutine
// for each would spend most of its time on growing its stack.
type actor struct {
	w        *world
	handle   func(a *actor) // what it does next
	advance  func() (ended, ok bool)
	pause    func(ended bool) bool
	signsOut bool
}

// step continues to the next stop. It returns false if the actor has ended.
func (a *actor) step() bool {
	if ended, _ := a.advance(); !ended {
		return true
	}
	a.w.idle = append(a.w.idle, a)
	return false
}

// crash ends an actor's process.
type crash struct{}

func (w *world) actorOf(handle func(a *actor)) *actor {
	var a *actor
	if last := len(w.idle) - 1; last >= 0 {
		a, w.idle = w.idle[last], w.idle[:last]
	} else {
		a = &actor{w: w}
		var stop func()
		a.advance, stop = iter.Pull(func(yield func(ended bool) bool) {
			a.pause = yield
			for running := true; running; running = yield(true) {
				a.untilCrash()
			}
		})
		w.t.Cleanup(stop)
	}
	a.handle, a.signsOut = handle, false
	return a
}

// untilCrash handles a request until it is done or the process crashes.
func (a *actor) untilCrash() {
	defer func() {
		if r := recover(); r != nil && r != any(crash{}) {
			panic(r)
		}
	}()
	a.handle(a)
}

type validation = func(context.Context, session.Token, ...session.ValidateOption) (session.Session[managertest.Device], error)

func (w *world) validateUser(server *session.Manager[managertest.User, managertest.Device]) validation {
	return func(ctx context.Context, token session.Token, options ...session.ValidateOption) (session.Session[managertest.Device], error) {
		s, user, err := server.Validate(ctx, token, options...)
		if user.ID != s.UserID {
			w.t.Errorf("%v: a session of %q with the user %q", w.paths.chosen, s.UserID, user.ID)
		}
		return s, err
	}
}

// request validates the token that the client has when it starts, or the token underway
// of a request that is already in flight, and gives the client the token of the response.
func (w *world) request(validate validation, underway session.Token) *actor {
	return w.actorOf(func(a *actor) {
		token := underway
		if token.IsZero() {
			token = w.jar
		}
		deletedBefore, renewedBefore, faultsBefore := w.deleted, w.renewed, w.faults
		s, err := validate(w.t.Context(), token)
		w.renewed = w.renewed || s.Fresh
		switch {
		case err == nil && deletedBefore:
			w.t.Errorf("%v: valid although ended before the request", w.paths.chosen)
		case errors.Is(err, session.ErrNoSession) && !w.deleted && (!w.ending || renewedBefore || w.renewed && w.faults == faultsBefore):
			w.t.Errorf("%v: signed out", w.paths.chosen)
		case err != nil && !errors.Is(err, session.ErrNoSession) && w.faults == faultsBefore:
			w.t.Errorf("%v: %v", w.paths.chosen, err)
		}
		if err != nil || s.Token().IsZero() {
			return
		}
		if s.Token().Reveal() != token.Reveal() {
			w.rotated++
		}
		a.pause(false)
		if a.w.fault(1) == 0 { // the response arrives; it can set a cookie
			w.jar = s.Token()
		}
	})
}

func (w *world) signOut(server *session.Manager[managertest.User, managertest.Device], id session.ID) *actor {
	return w.actorOf(func(a *actor) {
		a.signsOut = true
		server.Invalidate(w.t.Context(), id)
	})
}

// call makes a call of the store, or lets it fail.
func (a *actor) call(op spec.Op, call func() error) error {
	a.pause(false)
	lost := &spec.Error{Adapter: "test", Op: op, Class: spec.ErrIndeterminate}
	if op == spec.OpSession || op == spec.OpSessionAndUser {
		switch a.w.fault(2) {
		case 1:
			panic(crash{})
		case 2:
			return &spec.Error{Adapter: "test", Op: op, Class: spec.ErrUnavailable}
		}
		return call()
	}
	fault := a.w.fault(4)
	switch fault {
	case 1:
		panic(crash{})
	case 2:
		return lost
	}
	err := call()
	if a.signsOut {
		a.w.deleted = true
	}
	switch {
	case fault == 3:
		panic(crash{})
	case fault == 4 && err == nil:
		return lost
	}
	return err
}

// fault chooses one of n faults, or 0 for none.
func (w *world) fault(n int) int {
	if w.faults == 0 {
		return 0
	}
	chosen := w.paths.choose(n + 1)
	if chosen != 0 {
		w.faults--
	}
	return chosen
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
