package session_test

import (
	"encoding/json"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
)

// drifting is a type whose JSON does not decode to the same value.
type drifting struct{ n int }

func (d drifting) MarshalJSON() ([]byte, error) { return json.Marshal(d.n) }

func (d *drifting) UnmarshalJSON(text []byte) error {
	err := json.Unmarshal(text, &d.n)
	d.n++
	return err
}

// TestUpdateLeavesTheRest: attributes that the function did not change are not written,
// even if every copy of them is different.
func TestUpdateLeavesTheRest(t *testing.T) {
	t.Parallel()
	type attributes struct {
		Name     string
		Drifting drifting
	}
	store, err := memory.New[struct{}, attributes]()
	must(t, err)
	defer store.Close()
	manager, err := session.NewManager(store, session.Config{})
	must(t, err)
	s, err := manager.Create(t.Context(), "", attributes{Name: "phone"})
	must(t, err)
	before, err := store.Session(t.Context(), string(s.ID))
	must(t, err)
	_, err = manager.Update(t.Context(), s, func(a *attributes) { a.Name = "tablet" })
	must(t, err)
	after, err := store.Session(t.Context(), string(s.ID))
	must(t, err)
	if want := (attributes{"tablet", before.Attributes.Drifting}); after.Attributes != want {
		t.Errorf("got %+v, want %+v", after.Attributes, want)
	}
}
