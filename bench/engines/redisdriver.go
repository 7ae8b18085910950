package engines

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/spec"
)

// swapHash replaces the lease of a session if it is the expected one.
var swapHash = driver.NewScript(`local held = redis.call('HMGET', KEYS[1], 'active_until', 'expires_at', 'credential')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] or held[3] ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'active_until', ARGV[4], 'expires_at', ARGV[5], 'credential', ARGV[6])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
return 1`)

// openGoRedis opens a client with simple hand-written commands.
func openGoRedis(_ context.Context, at *Place) (*Client, error) {
	c, err := connectRedis(at.DSN)
	if err != nil {
		return nil, err
	}
	return &Client{
		Session: func(ctx context.Context, id string) (session, error) {
			fields, err := c.HGetAll(ctx, rawPrefix+id).Result()
			if err == nil && len(fields) == 0 {
				err = ErrAbsent
			}
			if err != nil {
				return session{}, err
			}
			return sessionOfHash(id, fields)
		},
		Create: func(ctx context.Context, s *session) error {
			_, err := c.TxPipelined(ctx, func(p driver.Pipeliner) error { putHash(ctx, p, s); return nil })
			return err
		},
		Swap: func(ctx context.Context, from, to *session) error {
			return one(swapHash.Run(ctx, c, []string{rawPrefix + from.ID}, append(hashLease(from), hashLease(to)...)...).Int64())
		},
		Update: func(ctx context.Context, to *session) error {
			return c.HSet(ctx, rawPrefix+to.ID, hashAttributes(to)...).Err()
		},
		Remove: func(ctx context.Context, id string) error {
			n, err := c.Del(ctx, rawPrefix+id).Result()
			return one(n, err)
		},
		OnClose: c.Close,
	}, nil
}

func hashLease(s *session) []any {
	return []any{s.ActiveUntil.UnixMilli(), s.ExpiresAt.UnixMilli(), s.Credential}
}

func hashAttributes(s *session) []any {
	a := s.Attributes
	return []any{"name", a.Name, "agent", a.Agent, "address", a.Address, "visits", a.Visits}
}

func putHash(ctx context.Context, p driver.Pipeliner, s *session) {
	lease := hashLease(s)
	fields := []any{"user_id", s.UserID, "created_at", s.CreatedAt.UnixMilli(), "active_until", lease[0], "expires_at", lease[1], "credential", lease[2]}
	p.HSet(ctx, rawPrefix+s.ID, append(fields, hashAttributes(s)...)...)
	p.PExpireAt(ctx, rawPrefix+s.ID, s.ExpiresAt)
}

func sessionOfHash(id string, fields map[string]string) (session, error) {
	var failed error
	number := func(name string) int64 {
		n, err := strconv.ParseInt(fields[name], 10, 64)
		failed = errors.Join(failed, err)
		return n
	}
	instant := func(name string) time.Time { return time.UnixMilli(number(name)).UTC() }
	s := session{ID: id, UserID: fields["user_id"], CreatedAt: instant("created_at")}
	s.Lease = spec.Lease{ActiveUntil: instant("active_until"), ExpiresAt: instant("expires_at"), Credential: fields["credential"]}
	s.Attributes = Device{fields["name"], fields["agent"], fields["address"], int(number("visits"))}
	return s, failed
}

// fillRedis fills Tenon's store.
func fillRedis(ctx context.Context, at *Place) error {
	c, err := openRedis(ctx, at)
	if err != nil {
		return err
	}
	rows := NewRows(at.Set)
	list := make([]session, 0, at.Set.Sessions)
	for i := range at.Set.Sessions {
		list = append(list, rows.Session(i))
	}
	return errors.Join(createAll(ctx, c, list), c.Close())
}

// createAll creates sessions with the store's own method, several calls at a time.
func createAll(ctx context.Context, c *Client, sessions []session) error {
	const loaders = 16
	var all sync.WaitGroup
	errs := make([]error, loaders)
	for k := range loaders {
		all.Go(func() {
			for i := k; i < len(sessions) && errs[k] == nil; i += loaders {
				errs[k] = c.Create(ctx, &sessions[i])
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// loadHashes writes the rows of the set for the base.
func loadHashes(ctx context.Context, at *Place) error {
	c, err := connectRedis(at.DSN)
	if err != nil {
		return err
	}
	defer c.Close()
	rows := NewRows(at.Set)
	for first := 0; first < at.Set.Sessions; first += batch {
		_, err := c.Pipelined(ctx, func(p driver.Pipeliner) error {
			for i := first; i < min(first+batch, at.Set.Sessions); i++ {
				s := rows.Session(i)
				putHash(ctx, p, &s)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func redisGrowth() *growth {
	return &growth{
		sizes: []int{100_000, 1_000_000},
		load: func(ctx context.Context, o *Opened, _ []user, sessions []session) error {
			return createAll(ctx, o.Clients[0], sessions)
		},
		match: func(ctx context.Context, o *Opened) error { return loadHashes(ctx, o.place) },
		held: func(ctx context.Context, o *Opened) (n int64, err error) {
			err = onRedis(o.place.DSN, func(_ context.Context, c *driver.Client) error {
				info, err := c.InfoMap(ctx, "memory").Result()
				if err != nil {
					return err
				}
				n, err = strconv.ParseInt(info["Memory"]["used_memory"], 10, 64)
				return err
			})
			return n, err
		},
	}
}
