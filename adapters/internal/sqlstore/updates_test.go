package sqlstore

import (
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/spec/attr"
)

// A client that chooses which attributes to set must not make the statements
// grow without end; each has to be the right one all the same.
func TestUpdatesAreBounded(t *testing.T) {
	t.Parallel()
	const attributes = 10
	var fields []attr.Field
	for i := range attributes {
		name := string(rune('a' + i))
		fields = append(fields, attr.Field{Name: name, Column: name, Kind: attr.String})
	}
	d := &Dialect{Statements: Statements{Bind: sqlx.QUESTION}, Naming: Naming{Quote: func(name string) string { return `"` + name + `"` }}}
	table := usersTable(d, Tables{Users: "users"}, fields)
	for mask := 1; mask < 1<<attributes; mask++ {
		var places []int
		for place := range attributes {
			if mask>>place&1 == 1 {
				places = append(places, place)
			}
		}
		if got, want := table.update(places), table.makeUpdate(places); got != want {
			t.Fatalf("places %v: %s, want %s", places, got, want)
		}
		if got, want := table.update(places), table.makeUpdate(places); got != want {
			t.Fatalf("places %v, once more: %s, want %s", places, got, want)
		}
	}
	if n := len(table.updates.byPlaces); n == 0 || n > maxUpdates {
		t.Errorf("%d statements are kept, want at most %d", n, maxUpdates)
	}
}
