package conformance

import (
	"fmt"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
)

// markNumber and markTime are the mark in attributes that are not text.
const markNumber = 7_355_612_000

var markTime = time.Date(2077, 7, 7, 7, 7, 7, 7e6, time.UTC)

// marked contains the mark as values of all kinds. The values differ for each n.
type marked struct {
	text   string
	number int64
	float  float64
	time   time.Time
	json   sample.Address
}

func markedFor(n int) marked {
	m := marked{
		text:   fmt.Sprintf("%s %d", mark, n),
		number: markNumber + int64(n),
		float:  markNumber + float64(n) + 0.25,
		time:   markTime.Add(time.Duration(n) * time.Second),
	}
	m.json = sample.Address{ID: m.text, UserID: mark, Lines: []string{m.text}, Since: m.time, Number: m.number}
	return m
}

// markUser puts the mark into every attribute of a user whose type has enough values.
// markSession does so for a session.
func markUser(attributes any, n int) {
	m := markedFor(n)
	switch u := attributes.(type) {
	case *richUser:
		u.Email = fmt.Sprintf("%s+%d@example.com", mark, n)
		u.Handle = pointer(fmt.Sprintf("%s%d", mark, n))
		u.Number, u.Joined, u.Key = &m.number, &m.time, []byte(m.text)
		u.Name, u.UserID, u.CreatedAt = "Ann "+m.text, m.text, m.time
		u.Logins, u.Score, u.Weight = m.number, m.float, &m.float
		u.Photo, u.Blob = []byte(m.text), pointer([]byte(m.text))
		u.Roles, u.Settings = []string{m.text}, map[string]string{mark: m.text}
		u.Address, u.Previous = m.json, &m.json
	case *nestedUser:
		u.Phone, u.Post = m.text, m.json
		u.Role, u.Since = sample.Role(m.text), sample.Day(m.time)
		u.Profile = map[string]any{mark: m.text}
		u.Groups = map[string][]sample.Membership{mark: {{Group: m.text, Since: m.time, Big: m.number}}}
		u.Matrix = [][]float64{{m.float}}
		u.Serial, u.Joined, u.Age = m.number, m.time, int(m.number)
		u.Title, u.Birthday, u.Seal = pointer(sample.Role(m.text)), pointer(sample.Day(m.time)), pointer(sample.Secret(m.text))
		u.Note, u.Years = m.text, map[int]string{n: m.text}
	}
}

func markSession(attributes any, n int) {
	m := markedFor(n)
	switch s := attributes.(type) {
	case *richSession:
		s.Device, s.IP = m.text, &m.text
		s.DeviceID = fmt.Sprintf("%s-%d", mark, n)
		s.Visits, s.Seat, s.Latitude = m.number, &m.number, m.float
		s.Country, s.Serial = []byte(m.text), []byte(m.text)
		s.SeenAt, s.SignedIn = &m.time, m.time
		s.Basket, s.Location = map[string]int{m.text: int(m.number)}, m.json
	case *nestedSession:
		s.Agent, s.OS = m.text, sample.Role(m.text)
		s.Trail = []sample.Membership{{Group: m.text, Data: []byte(m.text), Since: m.time}}
		s.Digest = sample.Secret(m.text)
		s.Extra = &map[string]sample.Role{mark: sample.Role(m.text)}
		s.Note, s.Until = m.text, pointer(sample.Day(m.time))
	}
}
