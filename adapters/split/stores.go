package split

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// The names of the stores in the errors of calls that use both.
const (
	splitName    = "split"
	usersName    = "split/users"
	sessionsName = "split/sessions"
)

// store is one of the two stores.
type store struct {
	name string
	spec.SessionAdapter
	closer io.Closer // nil if there is nothing to close
}

func newStore(name string, adapter spec.SessionAdapter) store {
	closer, _ := spec.As[io.Closer](adapter)
	return store{name, adapter, closer}
}

// listOffering yields the names of the stores that offer T, with their T, the users'
// store first.
func listOffering[T any](a *Adapter) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, s := range a.stores {
			if t, ok := spec.As[T](s.SessionAdapter); ok && !yield(s.name, t) {
				return
			}
		}
	}
}

// nameStore adds to an error the name of the store that it comes from.
func nameStore(store string, err error) error {
	if err == nil {
		return nil
	}
	e := spec.Error{Class: err}
	if full, ok := err.(*spec.Error); ok {
		e = *full
	}
	if e.Adapter == "" {
		e.Adapter = store
	}
	return &e
}

// join returns the errors of the stores as one. Each is nil or comes from nameStore.
func join(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	var details []string
	for _, err := range errs {
		e, _ := errors.AsType[*spec.Error](err)
		details = append(details, e.Adapter+": "+cmp.Or(e.Detail, spec.ErrFailed.Error()))
	}
	return &spec.Error{Class: spec.ErrFailed, Detail: strings.Join(details, "; "), Cause: errors.Join(errs...)}
}
