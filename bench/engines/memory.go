package engines

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/adapters/memory"
)

// Memory compares the store in memory with maps. Each competitor has its own rows.
var Memory = &Engine{
	Name: "memory", Title: "Memory", Base: "map", Slice: 500,
	Calls:  slices.Concat(StoreCalls, []*Call{mixed}),
	start:  startMemory,
	growth: memoryGrowth(),
	Competitors: []Competitor{
		{Name: "Tenon", About: "the store that `New` returns", Open: openMemory},
		{Name: "map", About: "two maps under one `sync.RWMutex`, without any checks", Open: openLockedMap, Own: "map"},
	},
}

// startMemory starts nothing: the engine is this process.
func startMemory(context.Context, string) (*server, error) { return new(server), nil }

func openMemory(ctx context.Context, at *Place) (*Client, error) {
	s, err := memory.New[User, Device]()
	if err != nil {
		return nil, err
	}
	return ofStore(s), fillStore(ctx, at.Set, s)
}

// fillStore fills a store with its own methods.
func fillStore(ctx context.Context, set *Set, s *store) error {
	for i := range set.Users {
		if err := s.CreateUser(ctx, set.user(i)); err != nil {
			return err
		}
	}
	rows := NewRows(set)
	for i := range set.Sessions {
		if err := s.CreateSession(ctx, rows.Session(i)); err != nil {
			return err
		}
	}
	return nil
}
