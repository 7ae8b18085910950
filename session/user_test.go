package session_test

import (
	"errors"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func TestUser(t *testing.T) {
	t.Parallel()
	type attributes struct{ Name string }
	store, err := memory.New[attributes, struct{}]()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	manager, err := session.NewManager(store, session.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ann := spec.User[attributes]{ID: "ann", Attributes: attributes{"Ann"}}
	if err := store.CreateUser(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	if got, err := manager.User(t.Context(), "ann"); err != nil || got != ann {
		t.Errorf("got %+v, error %v", got, err)
	}
	for _, id := range []string{"", "bob"} {
		if got, err := manager.User(t.Context(), id); !errors.Is(err, spec.ErrUserNotFound) || got.ID != "" {
			t.Errorf("%q: got %+v, error %v", id, got, err)
		}
	}
}
