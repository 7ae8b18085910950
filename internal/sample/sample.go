// Package sample has the attribute types with which the conformance suite and
// package program judge adapters.
package sample

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// RichUser has every portable kind, with and without nulls, options, names that are
// reserved in SQL, and a name that sessions have too.
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

// Address is stored as JSON. It has fields with the names of a user's own fields.
type Address struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Lines  []string
	Since  time.Time
	Number int64
}

// RichSession has attributes that are typical for sessions.
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

// NestedUser has embedded structs, named types and pointers to them, the kinds of integers
// that RichUser lacks, JSON in JSON, and types with their own marshalling methods.
type NestedUser struct {
	Contact
	Role    Role
	Level   Level8
	Since   Day            `db:",unique"`
	Profile map[string]any // read back as encoding/json decodes it: numbers are floats
	Groups  map[string][]Membership
	Matrix  [][]float64

	Serial   int64     `db:",unique"`
	Joined   time.Time `db:",unique"`
	Age      int
	Year     int16
	Points   int32
	Shade    uint8
	Title    *Role
	Rank     *Level8
	Birthday *Day
	Seal     *Secret
	Note     string // sessions have one too
	Grade    Grade
	Years    map[int]string
	Hosts    map[netip.Addr]Celsius
	Home     netip.Addr
	Outside  Celsius
}

// Contact is embedded: its fields are attributes of the user.
type Contact struct {
	Phone string `db:"phone,unique,max=20"`
	Post  Address
}

type (
	// Role is stored as a string.
	Role string
	// Level8 is stored as an integer.
	Level8 int8
	// Day is stored as a time.
	Day time.Time
	// Secret is stored as bytes.
	Secret []byte
	// Grade is stored as an integer, and as a text within JSON.
	Grade int
	// Celsius is stored as JSON, but not as the JSON of its fields.
	Celsius struct{ Degrees float64 }
)

// MarshalText returns the grade as a word and its number.
func (g Grade) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "grade %d", int(g)), nil }

// UnmarshalText is the reverse.
func (g *Grade) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(strings.TrimPrefix(string(text), "grade "))
	*g = Grade(n)
	return err
}

// MarshalJSON returns the degrees and their unit, in a JSON string.
func (c Celsius) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatFloat(c.Degrees, 'g', -1, 64)+" °C"), nil
}

// UnmarshalJSON is the reverse.
func (c *Celsius) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	degrees, err := strconv.ParseFloat(strings.TrimSuffix(text, " °C"), 64)
	c.Degrees = degrees
	return err
}

// Membership is part of a JSON attribute.
type Membership struct {
	Group string
	Since time.Time
	Big   int64
	Data  []byte
	Raw   json.RawMessage `json:",omitempty"` // read back with the same spelling
	Next  *Membership
}

// NestedSession has an embedded struct and JSON in JSON.
type NestedSession struct {
	Client
	Trail  []Membership
	Digest Secret           `db:",unique,max=64"`
	Extra  *map[string]Role // nil is a null, a pointer to a nil map is the JSON text null

	Slot    int32 `db:",unique"`
	Note    string
	Through *netip.Addr
	Levels  map[Level8]Grade
	Until   *Day
}

// Client is embedded: its fields are attributes of the session.
type Client struct {
	Agent string
	OS    Role `db:"os"`
}
