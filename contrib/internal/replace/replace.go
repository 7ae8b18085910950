// Package replace overwrites sessions for libraries that store all of a session at
// once and do not know its lease.
package replace

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Session gives the session with this id these attributes, and has it expire then,
// whatever it was before. If there is no such session, or no longer, the error is
// spec.ErrSessionNotFound. It moves the expiry first, so that no sweep deletes the
// session in between.
func Session[S any](ctx context.Context, sessions *spec.SessionStore[S], id string, attributes S, expires time.Time) error {
	for {
		s, err := sessions.Session(ctx, id)
		if err != nil {
			return err
		}
		err = sessions.SwapLease(ctx, id, s.Lease, Lease(expires))
		if errors.Is(err, spec.ErrStale) {
			continue // another call has moved it, and so has come to its end
		}
		if err != nil {
			return err
		}
		return sessions.UpdateSession(ctx, id, attributes, attr.All[S]())
	}
}

// Lease is the lease of a session that lives until then.
func Lease(expires time.Time) spec.Lease {
	return spec.Lease{ActiveUntil: expires, ExpiresAt: expires}
}
