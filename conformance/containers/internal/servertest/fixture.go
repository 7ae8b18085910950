package servertest

import (
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Person and Device are attributes for tests of an engine's peculiarities.
type (
	Person struct {
		Email string `db:"email,unique,max=254"`
		Name  string
	}
	Device struct {
		Name string `db:"name"`
	}
)

// Ann is a user. Phone is a session of hers, which was created at Noon and has Lease.
var (
	Noon  = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	Lease = spec.Lease{ActiveUntil: Noon.Add(time.Hour), ExpiresAt: Noon.Add(2 * time.Hour), Credential: "a digest"}
	Ann   = spec.User[Person]{ID: "ann", Attributes: Person{Email: "ann@example.com", Name: "Ann"}}
	Phone = spec.Session[Device]{ID: "phone", UserID: "ann", CreatedAt: Noon, Lease: Lease, Attributes: Device{"phone"}}
)
