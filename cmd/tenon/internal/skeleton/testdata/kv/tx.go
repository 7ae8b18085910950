package NAME

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// DB is a database in memory.
type DB struct {
	mu     sync.RWMutex
	stores map[string]map[string][]byte // by prefix
}

type tx struct {
	columns spec.Columns
	rows    map[string][]byte
	written map[string][]byte // nil values are deletions
}

func (a *Adapter) view(ctx context.Context, f func(tx) error) error {
	a.db.mu.RLock()
	defer a.db.mu.RUnlock()
	return f(tx{a.columns, a.db.stores[a.prefix], nil})
}

func (a *Adapter) update(ctx context.Context, f func(tx) error) error {
	a.db.mu.Lock()
	defer a.db.mu.Unlock()
	t := tx{a.columns, a.db.stores[a.prefix], map[string][]byte{}}
	if err := f(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.rows == nil {
		t.rows = map[string][]byte{}
		if a.db.stores == nil {
			a.db.stores = map[string]map[string][]byte{}
		}
		a.db.stores[a.prefix] = t.rows
	}
	for key, value := range t.written {
		if value == nil {
			delete(t.rows, key)
		} else {
			t.rows[key] = value
		}
	}
	return nil
}

func (t tx) get(key string) ([]byte, error) {
	if value, ok := t.written[key]; ok {
		return value, nil
	}
	return t.rows[key], nil
}

func (t tx) put(key string, value []byte) error {
	t.written[key] = value
	return nil
}

func (t tx) delete(key string) error {
	t.written[key] = nil
	return nil
}

func (t tx) keys(from, to string, limit int) ([]string, error) {
	all := maps.Clone(t.rows)
	if all == nil {
		all = map[string][]byte{}
	}
	maps.Copy(all, t.written)
	maps.DeleteFunc(all, func(key string, value []byte) bool { return value == nil || key < from || key >= to })
	list := slices.Sorted(maps.Keys(all))
	return list[:min(len(list), limit)], nil
}
