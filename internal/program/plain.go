package program

import (
	"fmt"
	"strings"
	"time"
)

// Person and Device are the attribute types of the plain values.
type (
	Person struct {
		Email string `db:"email,unique,max=254"`
		Name  string `db:"name,max=40"`
		Seen  *time.Time
	}
	Device struct {
		Device string `db:"device,max=40"`
	}
)

// plainValues returns a few values, for hand-written tables. The program takes a tenth of
// its time with them. The user ANN has the e-mail address of ann in capital letters, and
// another name.
func plainValues() values[Person, Device] {
	v := values[Person, Device]{
		ids:        []string{"ann", "bob", "ANN", Hush, "cay", "ann "},
		attributes: newPerson,
		device:     func(n int) Device { return Device{fmt.Sprintf("Device %d", n)} },
		unique:     []string{"Email"}, userFields: []string{"Name"}, sessionFields: []string{"Device"},
	}
	taken, long, late := newPerson(newNumber), newPerson(newNumber), newPerson(newNumber)
	taken.Email = newPerson(1).Email
	long.Name = strings.Repeat("é", 41)
	late.Seen = pointer(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC))
	v.badUsers = map[string]Person{"email taken": taken, "name too long": long, "time too late": late}
	v.badSessions = map[string]Device{"device too long": {strings.Repeat("x", 41)}, "not UTF-8": {"\xff"}}
	return v
}

func newPerson(n int) Person {
	p := Person{Email: fmt.Sprintf("ann%d@example.com", n), Name: fmt.Sprintf("Name %d", n)}
	if n%6 == 2 {
		p.Email = fmt.Sprintf("ANN%d@EXAMPLE.COM", n-2)
	}
	if n%2 == 0 {
		p.Seen = pointer(moments[n%len(moments)])
	}
	return p
}
