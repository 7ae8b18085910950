package calltest

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// User and Session are the attribute types of the adapters.
type (
	User struct {
		Email string `db:"email,unique,max=254"`
		Name  string `db:"name,max=40"`
		Seen  *time.Time
	}
	Session struct {
		Device string `db:"device,max=40"`
	}
)

// Adapter is what the program calls.
type Adapter interface {
	spec.Adapter[User, Session]
	spec.UserFinder[User]
}

const (
	Mute = "mute" // the id of a user and of a session of that user, which Fill inserts
	Hush = "hush" // the id of a user and of a session of that user, which Run inserts
)

var (
	noon  = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	lease = spec.Lease{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "digest"}
	next  = spec.Lease{ActiveUntil: noon.Add(3 * time.Hour), ExpiresAt: noon.Add(4 * time.Hour), Credential: "next"}
)

func aUser(id string) spec.User[User] {
	return spec.User[User]{ID: id, Attributes: User{Email: id + "@example.com", Name: "Name of " + id}}
}

func aSession(id, userID string) spec.Session[Session] {
	return spec.Session[Session]{ID: id, UserID: userID, CreatedAt: noon, Lease: lease, Attributes: Session{"phone"}}
}

// Fill inserts the rows that Run finds.
func Fill(t testing.TB, a Adapter) {
	t.Helper()
	for _, id := range []string{"ann", Mute} {
		if err := a.CreateUser(t.Context(), aUser(id)); err != nil {
			t.Fatal(err)
		}
		if err := a.CreateSession(t.Context(), aSession(id, id)); err != nil {
			t.Fatal(err)
		}
	}
}
