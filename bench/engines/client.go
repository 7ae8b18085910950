package engines

import (
	"context"
	"errors"
	"time"
)

// Client makes the calls of one competitor. A call that the competitor lacks is nil.
type Client struct {
	SessionAndUser func(ctx context.Context, id string) (session, user, error)
	Session        func(ctx context.Context, id string) (session, error)
	Create         func(ctx context.Context, s *session) error
	Swap           func(ctx context.Context, from, to *session) error // of the lease
	Update         func(ctx context.Context, to *session) error       // of the attributes
	Remove         func(ctx context.Context, id string) error

	// Only Tenon, and its competitors in memory, have addUser.
	addUser func(ctx context.Context, u user) error
	sweep   func(ctx context.Context, now time.Time, limit int) (int64, error)

	// Admit admits a request with the cookie of the ith session, and returns the id of
	// its user.
	Admit func(ctx context.Context, i int) (userID string, err error)

	// DataOnly says that sessions are read without lease and time of sign-in, and that
	// Swap and Update both write the whole session.
	DataOnly bool

	goroutines int // that make a call at once; 0: as many as the call says

	rows    *Rows
	OnClose func() error
}

// Close closes the client.
func (c *Client) Close() error {
	if c.OnClose == nil {
		return nil
	}
	return c.OnClose()
}

// ErrAbsent says that there is no such session, or that it does not have that lease. The
// clients of other competitors than Tenon return it.
var ErrAbsent = errors.New("no such session")

// one returns the error of a write that must change exactly one row.
func one(changed int64, err error) error {
	if err == nil && changed != 1 {
		return ErrAbsent
	}
	return err
}
