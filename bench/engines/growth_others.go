package engines

import (
	"context"
	"errors"
	"runtime"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// memoryGrowth loads rows with the store's own methods. The map with which Tenon is
// compared is filled after the size of Tenon's rows has been measured, and emptied before
// Tenon grows.
func memoryGrowth() *growth {
	var before, held int64
	return &growth{
		sizes: []int{100_000, 1_000_000, 3_000_000, 10_000_000},
		before: func(ctx context.Context, o *Opened) (err error) {
			if o.Clients[1], err = emptyMap(ctx, o); before == 0 {
				before = heap()
			}
			return err
		},
		load: func(ctx context.Context, o *Opened, users []user, sessions []session) error {
			return addRows(ctx, o.Clients[0], users, sessions)
		},
		settle: func(context.Context, *Opened) error { held = heap() - before; return nil },
		held:   func(context.Context, *Opened) (int64, error) { return held, nil },
		match: func(ctx context.Context, o *Opened) error {
			set, rows := o.place.Set, NewRows(o.place.Set)
			for i := range set.Users {
				if err := addRows(ctx, o.Clients[1], []user{set.user(i)}, nil); err != nil {
					return err
				}
			}
			for i := range set.Sessions {
				if err := addRows(ctx, o.Clients[1], nil, []session{rows.Session(i)}); err != nil {
					return err
				}
			}
			runtime.GC() // not while reads are measured
			return nil
		},
	}
}

// emptyMap returns the base without rows.
func emptyMap(ctx context.Context, o *Opened) (*Client, error) {
	c, err := openLockedMap(ctx, &Place{Set: new(Set)})
	if err == nil {
		c.rows = NewRows(o.place.Set)
	}
	return c, err
}

func addRows(ctx context.Context, c *Client, users []user, sessions []session) error {
	for _, u := range users {
		if err := c.addUser(ctx, u); err != nil {
			return err
		}
	}
	for i := range sessions {
		if err := c.Create(ctx, &sessions[i]); err != nil {
			return err
		}
	}
	return nil
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// mongoGrowth loads rows with insertMany.
func mongoGrowth() *growth {
	return &growth{
		sizes: []int{100_000, 1_000_000},
		load: func(ctx context.Context, o *Opened, users []user, sessions []session) error {
			return onMongo(ctx, o.place.DSN, func(db *driver.Database) error {
				return errors.Join(
					insertDocuments(ctx, db.Collection(usersTable), len(users), func(i int) any { return userDocumentOf(users[i]) }),
					insertDocuments(ctx, db.Collection(sessionsTable), len(sessions), func(i int) any { return documentOf(&sessions[i]) }))
			})
		},
		settle: func(ctx context.Context, o *Opened) error {
			if o.server.given { // the user's role may lack the privilege
				return nil
			}
			return onMongo(ctx, o.place.DSN, func(db *driver.Database) error {
				return db.Client().Database("admin").RunCommand(ctx, bson.D{{Key: "fsync", Value: 1}}).Err()
			})
		},
		held: func(ctx context.Context, o *Opened) (sum int64, err error) {
			err = onMongo(ctx, o.place.DSN, func(db *driver.Database) error {
				for _, name := range []string{usersTable, sessionsTable} {
					var stats struct {
						StorageSize    int64 `bson:"storageSize"`
						TotalIndexSize int64 `bson:"totalIndexSize"`
					}
					if err := db.RunCommand(ctx, bson.D{{Key: "collStats", Value: name}}).Decode(&stats); err != nil {
						return err
					}
					sum += stats.StorageSize + stats.TotalIndexSize
				}
				return nil
			})
			return sum, err
		},
	}
}
