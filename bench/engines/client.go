package engines

import (
	"context"
	"errors"
	"time"
)

// Client does calls for one competitor. A call that it does not have is nil.
type Client struct {
	SessionAndUser func(ctx context.Context, id string) (session, user, error)
	Session        func(ctx context.Context, id string) (session, error)
	Create         func(ctx context.Context, s *session) error
	Swap           func(ctx context.Context, from, to *session) error // of the lease
	Update         func(ctx context.Context, to *session) error       // of the attributes
	Remove         func(ctx context.Context, id string) error

	// Of Tenon, and of what it is compared with in memory.
	addUser func(ctx context.Context, u user) error
	sweep   func(ctx context.Context, now time.Time, limit int) (int64, error)

	// Admit lets the request of a session in, and returns its user's id.
	Admit func(ctx context.Context, i int) (userID string, err error)

	// DataOnly says that sessions come without lease and time of sign-in, and
	// that swap and update both write all of a session.
	DataOnly bool

	goroutines int // that do a call at once; 0: as many as the call says

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

// ErrAbsent says that there is no such session, or not with that lease. Clients
// that are not Tenon return it.
var ErrAbsent = errors.New("no such session")

// one returns the error of a write that should have changed one row.
func one(changed int64, err error) error {
	if err == nil && changed != 1 {
		return ErrAbsent
	}
	return err
}
