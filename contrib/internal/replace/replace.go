// Package replace overwrites sessions, for libraries that store a session as a whole and
// do not know its lease.
package replace

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Session replaces the attributes and the expiry of the session with this id. If there is
// no such session, or it is deleted in between, the error is spec.ErrSessionNotFound. It
// changes the expiry first, so that no sweep deletes the session in between.
func Session[S any](ctx context.Context, sessions *spec.SessionStore[S], id string, attributes S, expires time.Time) error {
	for {
		s, err := sessions.Session(ctx, id)
		if err != nil {
			return err
		}
		err = sessions.SwapLease(ctx, id, s.Lease, Lease(expires))
		if errors.Is(err, spec.ErrStale) {
			continue // another call has swapped the lease, and so has completed
		}
		if err != nil {
			return err
		}
		return sessions.UpdateSession(ctx, id, attributes, attr.All[S]())
	}
}

// Lease returns the lease of a session that lives until expires.
func Lease(expires time.Time) spec.Lease {
	return spec.Lease{ActiveUntil: expires, ExpiresAt: expires}
}
