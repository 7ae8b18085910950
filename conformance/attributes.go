package conformance

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
)

// The suite's pairs of attribute types, besides struct{}.
type (
	richUser      = sample.RichUser
	richSession   = sample.RichSession
	nestedUser    = sample.NestedUser
	nestedSession = sample.NestedSession
)

// samples makes attributes for new rows. They are never zero. For different n every
// attribute is different, if its type has enough values (a bool has not). Unique attributes
// differ for all n below 65,536.
type samples[U, S any] struct {
	user    func(n int) U
	session func(n int) S

	// The Go names of one attribute and of another one; empty if the types lack them.
	userField, userOther       string
	sessionField, sessionOther string
}

func pointer[T any](v T) *T { return &v }

// day returns the n-th day after noon, plus n milliseconds.
func day(n int) time.Time { return noon.AddDate(0, 0, n).Add(time.Duration(n) * time.Millisecond) }

func richSamples() samples[richUser, richSession] {
	return samples[richUser, richSession]{
		userField: "Name", userOther: "Logins", sessionField: "Device", sessionOther: "Visits",
		user: func(n int) richUser {
			return richUser{
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
		session: func(n int) richSession {
			return richSession{
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

func address(n int) sample.Address {
	return sample.Address{ID: fmt.Sprintf("address-%d", n), UserID: "unknown", Lines: []string{"Main street", fmt.Sprint(n)}, Since: day(n), Number: int64(n + 1)}
}

func host(n int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, byte(n >> 8), byte(n)}) }

func emptySamples() samples[struct{}, struct{}] {
	return samples[struct{}, struct{}]{
		user:    func(int) struct{} { return struct{}{} },
		session: func(int) struct{} { return struct{}{} },
	}
}

func nestedSamples() samples[nestedUser, nestedSession] {
	member := func(n int) sample.Membership {
		return sample.Membership{Group: fmt.Sprintf("g%d", n), Since: day(n), Big: 1<<53 + 1 + int64(n), Data: []byte{byte(n)},
			Raw:  json.RawMessage(fmt.Sprintf(`{"n":%d.0,"e":1e3,"e":12345678901234567890}`, n)),
			Next: &sample.Membership{Group: "next", Data: []byte{1}, Since: day(n)}}
	}
	return samples[nestedUser, nestedSession]{
		userField: "Role", userOther: "Level", sessionField: "Agent", sessionOther: "Digest",
		user: func(n int) nestedUser {
			return nestedUser{
				Contact: sample.Contact{Phone: fmt.Sprintf("+47 555 %03d", n), Post: address(n)},
				Role:    sample.Role(fmt.Sprintf("role-%d", n)),
				Level:   sample.Level8(n + 1),
				Since:   sample.Day(day(n)),
				Profile: map[string]any{"id": fmt.Sprint(n), "expires_at": "never", "n": float64(n), "list": []any{true, nil, "x"}},
				Groups:  map[string][]sample.Membership{"a": {member(n)}, "b": {}},
				Matrix:  [][]float64{{float64(n), 0.5}, {}},

				Serial: 1<<53 + int64(n), Joined: day(n + 200),
				Age: n + 1, Year: int16(n + 1), Points: int32(n + 1), Shade: uint8(n + 1),
				Title: pointer(sample.Role(fmt.Sprintf("title %d", n))), Rank: pointer(sample.Level8(n + 2)),
				Birthday: pointer(sample.Day(day(n + 300))), Seal: pointer(sample.Secret{0xff, byte(n)}),
				Note: fmt.Sprintf("of a user, %d", n), Grade: sample.Grade(n + 1),
				Years: map[int]string{-1: "before", n: fmt.Sprint(n)},
				Hosts: map[netip.Addr]sample.Celsius{netip.MustParseAddr("2001:db8::1"): {Degrees: float64(n) + 0.1}},
				Home:  host(n), Outside: sample.Celsius{Degrees: float64(n) + 0.5},
			}
		},
		session: func(n int) nestedSession {
			return nestedSession{
				Client: sample.Client{Agent: fmt.Sprintf("curl/%d", n), OS: "Plan 9"},
				Trail:  []sample.Membership{member(n)},
				Digest: sample.Secret{0xde, 0xad, byte(n >> 8), byte(n)},
				Extra:  &map[string]sample.Role{"id": sample.Role(fmt.Sprint(n))},

				Slot: int32(n + 1), Note: fmt.Sprintf("of a session, %d", n), Through: pointer(host(n)),
				Levels: map[sample.Level8]sample.Grade{-128: 1, sample.Level8(n): sample.Grade(n)}, Until: pointer(sample.Day(day(n))),
			}
		},
	}
}
