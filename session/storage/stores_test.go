package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// rows are the rows behind a storage.
type rows interface {
	ids() []string
	drop(id string)
	expires(id string) time.Time
}

// noRows is for a storage that keeps all data in the cookie.
type noRows struct{}

func (noRows) ids() []string            { return nil }
func (noRows) drop(string)              {}
func (noRows) expires(string) time.Time { return time.Time{} }

// calls counts the calls of a store by name, and makes some fail.
type calls struct {
	mu    sync.Mutex
	count map[string]int
	fail  map[string]error
	once  map[string]bool
	hook  func() // called before each call
}

func newCalls() *calls {
	return &calls{count: map[string]int{}, fail: map[string]error{}, once: map[string]bool{}}
}

func (c *calls) enter(name string) error {
	c.mu.Lock()
	hook := c.hook
	c.mu.Unlock()
	if hook != nil {
		hook()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count[name]++
	err := c.fail[name]
	if c.once[name] {
		delete(c.fail, name)
		delete(c.once, name)
	}
	return err
}

// runBefore makes f run immediately before the n-th call from now, starting at 1. The
// calls of f are not counted.
func (c *calls) runBefore(n int, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hook = func() {
		if n--; n == 0 {
			c.mu.Lock()
			c.hook = nil
			c.mu.Unlock()
			f()
		}
	}
}

// failOnce makes the next call with this name fail. failWith makes all calls fail until
// it is called with nil.
func (c *calls) failOnce(name string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail[name], c.once[name] = err, true
}

func (c *calls) failWith(name string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail[name] = err
}

// takeCounts returns the calls since the last time, as "create 1, read 2".
func (c *calls) takeCounts() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, name := range []string{"create", "read", "swap", "update", "delete"} {
		if n := c.count[name]; n > 0 {
			list = append(list, fmt.Sprint(name, " ", n))
		}
	}
	clear(c.count)
	return strings.Join(list, ", ")
}

// watched is an adapter whose calls can be counted and made to fail, and whose rows can
// be read.
type watched struct {
	spec.SessionAdapter
	store *spec.SessionStore[storage.Data] // its calls are not counted
	calls *calls

	mu      sync.Mutex
	created []string
}

func (w *watched) ids() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.created), func(id string) bool {
		_, err := w.store.Session(context.Background(), id)
		return errors.Is(err, spec.ErrSessionNotFound)
	})
}

func (w *watched) drop(id string) { w.store.DeleteSession(context.Background(), id) }

func (w *watched) expires(id string) time.Time {
	s, _ := w.store.Session(context.Background(), id)
	return s.ExpiresAt
}

func (w *watched) CreateSession(ctx context.Context, s spec.SessionRow) error {
	if err := w.calls.enter("create"); err != nil {
		return err
	}
	w.mu.Lock()
	w.created = append(w.created, s.ID)
	w.mu.Unlock()
	return w.SessionAdapter.CreateSession(ctx, s)
}

func (w *watched) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	if err := w.calls.enter("read"); err != nil {
		return err
	}
	return w.SessionAdapter.Session(ctx, id, into)
}

func (w *watched) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	if err := w.calls.enter("swap"); err != nil {
		return err
	}
	return w.SessionAdapter.SwapLease(ctx, id, from, to)
}

func (w *watched) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	if err := w.calls.enter("update"); err != nil {
		return err
	}
	return w.SessionAdapter.UpdateSession(ctx, id, change)
}

func (w *watched) DeleteSession(ctx context.Context, id string) error {
	if err := w.calls.enter("delete"); err != nil {
		return err
	}
	return w.SessionAdapter.DeleteSession(ctx, id)
}

// ownError is an error of the store itself. With an adapter it is the cause of an ErrFailed.
type ownError string

func (e ownError) Error() string { return string(e) }

// causedBy reports whether err has the class want, or is or wraps this error of the store
// itself.
func causedBy(err, want error) bool {
	own, ok := errors.AsType[ownError](err)
	return errors.Is(err, want) || ok && own == want
}

// table keeps the sessions of callbacks.
type table struct {
	mu   sync.Mutex
	next int
	rows map[string]tableRow
}

type tableRow struct {
	text    []byte
	expires time.Time
}

func (t *table) ids() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.rows))
}

func (t *table) drop(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, id)
}

func (t *table) expires(id string) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[id].expires
}

func (t *table) callbacks(calls *calls) storage.Callbacks {
	t.rows = map[string]tableRow{}
	put := func(id string, data storage.Data, expires time.Time) error {
		text, err := json.Marshal(data)
		if err == nil {
			t.rows[id] = tableRow{text, expires}
		}
		return err
	}
	return storage.Callbacks{
		Create: func(_ context.Context, data storage.Data, expires time.Time) (string, error) {
			if err := calls.enter("create"); err != nil {
				return "", err
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			t.next++
			id := fmt.Sprint("row", t.next)
			return id, put(id, data, expires)
		},
		Read: func(_ context.Context, id string) (data storage.Data, found bool, err error) {
			if err := calls.enter("read"); err != nil {
				return data, false, err
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			row, found := t.rows[id]
			if found {
				err = json.Unmarshal(row.text, &data)
			}
			return data, found, err
		},
		Update: func(_ context.Context, id string, data storage.Data, expires time.Time) (bool, error) {
			if err := calls.enter("update"); err != nil {
				return false, err
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			if _, found := t.rows[id]; !found {
				return false, nil
			}
			return true, put(id, data, expires)
		},
		Delete: func(_ context.Context, id string) error {
			if err := calls.enter("delete"); err != nil {
				return err
			}
			t.drop(id)
			return nil
		},
	}
}
