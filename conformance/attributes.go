package conformance

import (
	"encoding/json"
	"fmt"
	"time"
)

// RichUser has every portable kind, with and without nulls, options, names
// that SQL reserves and a name that sessions have too.
type RichUser struct {
	Email     string            `db:"email,unique,max=254"`
	Handle    *string           `db:"Handle,unique,max=30"` // an upper-case column
	Number    *int64            `db:"order,unique"`         // a reserved word
	Joined    *time.Time        `db:"joined at,unique"`     // a space
	Key       []byte            `db:"key,unique,max=32"`
	Name      string            `db:"name,max=40"`
	CreatedAt time.Time         // created_at: sessions have one too
	UserID    string            // user_id
	Admin     bool              `db:"select"`
	Tiny      int8              `db:"tiny"`
	Small     uint16            `db:"small"`
	Wide      uint32            `db:"wide"`
	Logins    int64             `db:"logins"`
	Score     float64           `db:"sc\"or'e"` // quotes
	Photo     []byte            `db:"photo"`
	Verified  *bool             `db:"verified"`
	Weight    *float64          `db:"weight"`
	Blob      *[]byte           `db:"blob,max=16"`
	Roles     []string          `db:"roles"`
	Settings  map[string]string `db:"settings"`
	Address   Address           `db:"address"`
	Previous  *Address          `db:"previous"`
}

// Address is kept as JSON. It has fields named like a user's own.
type Address struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Lines  []string
	Since  time.Time
	Number int64
}

// RichSession is what a session may well carry.
type RichSession struct {
	Device   string `db:"device,max=200"`
	DeviceID string `db:"device_id,unique,max=64"`
	IP       *string
	Visits   int64
	Seat     *int64 `db:"group,unique"` // a reserved word
	Country  []byte
	Serial   []byte     `db:"serial,unique,max=16"`
	SeenAt   *time.Time `db:",unique"`
	SignedIn time.Time
	Latitude float64
	Basket   map[string]int
	Location Address
	Trusted  bool
}

// NestedUser has embedded structs, named types and JSON in JSON.
type NestedUser struct {
	Contact
	Role    Role
	Level   Level8
	Since   Day            `db:",unique"`
	Profile map[string]any // comes back as encoding/json makes it: numbers are floats
	Groups  map[string][]Membership
	Matrix  [][]float64
}

// Contact is embedded: its fields are attributes of the user.
type Contact struct {
	Phone string `db:"phone,unique,max=20"`
	Post  Address
}

type (
	// Role is a string to a store.
	Role string
	// Level8 is an integer to a store.
	Level8 int8
	// Day is a time to a store.
	Day time.Time
	// Secret is bytes to a store.
	Secret []byte
)

// Membership is part of a JSON attribute.
type Membership struct {
	Group string
	Since time.Time
	Big   int64
	Data  []byte
	Raw   json.RawMessage `json:",omitempty"` // comes back as it was spelled
	Next  *Membership
}

// NestedSession has an embedded struct and JSON in JSON.
type NestedSession struct {
	Client
	Trail  []Membership
	Digest Secret           `db:",unique,max=64"`
	Extra  *map[string]Role // nil is a null, a pointer to a nil map is the JSON text null
}

// Client is embedded: its fields are attributes of the session.
type Client struct {
	Agent string
	OS    Role `db:"os"`
}

// samples makes attributes to put in: never zero, and for different n
// different in every attribute, as far as its type has so many values (a bool
// has not). Unique attributes differ for any n below 65,536.
type samples[U, S any] struct {
	user    func(n int) U
	session func(n int) S

	// One attribute and another one, by Go names; empty where there are none.
	userField, userOther       string
	sessionField, sessionOther string
}

func pointer[T any](v T) *T { return &v }

// day is the n-th day after noon, and a millisecond.
func day(n int) time.Time { return noon.AddDate(0, 0, n).Add(time.Duration(n) * time.Millisecond) }

func richSamples() samples[RichUser, RichSession] {
	return samples[RichUser, RichSession]{
		userField: "Name", userOther: "Logins", sessionField: "Device", sessionOther: "Visits",
		user: func(n int) RichUser {
			return RichUser{
				Email:     fmt.Sprintf("ann+%d@example.com", n),
				Handle:    pointer(fmt.Sprintf("ann%d", n)),
				Number:    pointer(int64(1_000_000 + n)),
				Joined:    pointer(day(n)),
				Key:       []byte{1, 0, 0xff, byte(n >> 8), byte(n)},
				Name:      fmt.Sprintf("Ann Ålesund %d", n),
				CreatedAt: day(n + 100),
				UserID:    fmt.Sprintf("legacy-%d", n),
				Admin:     n%2 == 0,
				Tiny:      int8(n + 1),
				Small:     uint16(60_000 + n),
				Wide:      uint32(4_000_000_000 + n),
				Logins:    int64(n + 1),
				Score:     float64(n) + 0.25,
				Photo:     []byte{0xff, 0xd8, 0, byte(n)},
				Verified:  pointer(n%2 == 0),
				Weight:    pointer(float64(n) + 70.5),
				Blob:      pointer([]byte{byte(n), 0}),
				Roles:     []string{"editor", fmt.Sprintf("r%d", n)},
				Settings:  map[string]string{"theme": "dark", "n": fmt.Sprint(n)},
				Address:   address(n),
				Previous:  pointer(address(n + 1)),
			}
		},
		session: func(n int) RichSession {
			return RichSession{
				Device:   fmt.Sprintf("Firefox %d on Linux", n),
				DeviceID: fmt.Sprintf("device-%d", n),
				IP:       pointer(fmt.Sprintf("192.0.2.%d", n)),
				Visits:   int64(n + 1),
				Seat:     pointer(int64(1_000_000 + n)),
				Country:  []byte{'N', 'O', byte(n)},
				Serial:   []byte{0xff, 0, byte(n >> 8), byte(n)},
				SeenAt:   pointer(day(n)),
				SignedIn: day(n + 100),
				Latitude: float64(n) + 0.125,
				Basket:   map[string]int{"apples": n + 1},
				Location: address(n),
				Trusted:  true,
			}
		},
	}
}

func address(n int) Address {
	return Address{ID: fmt.Sprintf("address-%d", n), UserID: "nobody", Lines: []string{"Main street", fmt.Sprint(n)}, Since: day(n), Number: int64(n + 1)}
}

func emptySamples() samples[struct{}, struct{}] {
	return samples[struct{}, struct{}]{
		user:    func(int) struct{} { return struct{}{} },
		session: func(int) struct{} { return struct{}{} },
	}
}

func nestedSamples() samples[NestedUser, NestedSession] {
	member := func(n int) Membership {
		return Membership{Group: fmt.Sprintf("g%d", n), Since: day(n), Big: 1<<53 + 1 + int64(n), Data: []byte{byte(n)},
			Raw:  json.RawMessage(fmt.Sprintf(`{"n":%d.0,"e":1e3,"e":12345678901234567890}`, n)),
			Next: &Membership{Group: "next", Data: []byte{1}, Since: day(n)}}
	}
	return samples[NestedUser, NestedSession]{
		userField: "Role", userOther: "Level", sessionField: "Agent", sessionOther: "Digest",
		user: func(n int) NestedUser {
			return NestedUser{
				Contact: Contact{Phone: fmt.Sprintf("+47 555 %03d", n), Post: address(n)},
				Role:    Role(fmt.Sprintf("role-%d", n)),
				Level:   Level8(n + 1),
				Since:   Day(day(n)),
				Profile: map[string]any{"id": fmt.Sprint(n), "expires_at": "never", "n": float64(n), "list": []any{true, nil, "x"}},
				Groups:  map[string][]Membership{"a": {member(n)}, "b": {}},
				Matrix:  [][]float64{{float64(n), 0.5}, {}},
			}
		},
		session: func(n int) NestedSession {
			return NestedSession{
				Client: Client{Agent: fmt.Sprintf("curl/%d", n), OS: "Plan 9"},
				Trail:  []Membership{member(n)},
				Digest: Secret{0xde, 0xad, byte(n >> 8), byte(n)},
				Extra:  &map[string]Role{"id": Role(fmt.Sprint(n))},
			}
		},
	}
}
