package sqlstore

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
)

// updates is a cache of the statements that set attributes. A table has as many masks as its
// attributes have subsets, and clients of the application may choose the masks. Therefore
// the cache is emptied when it has maxUpdates statements.
type updates struct {
	mu       sync.RWMutex
	byPlaces map[string]string
}

// maxUpdates is more than an application uses, and less than the number of masks of a table
// with ten attributes.
const maxUpdates = 256

func newUpdates() *updates { return &updates{byPlaces: make(map[string]string)} }

// update returns the statement that sets the attributes at these indexes in the row with an
// id.
func (t *table) update(places []int) string {
	var space [64]byte
	key := space[:0]
	for _, place := range places {
		key = binary.AppendUvarint(key, uint64(place))
	}
	u := t.updates
	u.mu.RLock()
	statement, made := u.byPlaces[string(key)]
	u.mu.RUnlock()
	if !made {
		statement = t.makeUpdate(places)
		u.mu.Lock()
		if len(u.byPlaces) >= maxUpdates {
			clear(u.byPlaces)
		}
		u.byPlaces[string(key)] = statement
		u.mu.Unlock()
	}
	return statement
}

func (t *table) makeUpdate(places []int) string {
	d := t.dialect
	names := []string{"{table}", d.qualify(t.name)}
	var set []string
	for i, place := range places {
		c := t.columns[t.own+place]
		name := fmt.Sprintf("{%d}", i)
		set = append(set, name+" = "+d.param(c.Kind))
		names = append(names, name, t.column(c))
	}
	template := "UPDATE {table} SET " + strings.Join(set, ", ") + " WHERE id = " + d.param(t.ids.Kind)
	if d.Outcome != nil {
		template += " AND " + d.noteOutcome(fmt.Sprintf(d.Outcome.Always, "{0}"))
	}
	return strings.NewReplacer(names...).Replace(sqlx.Rebind(d.Bind, d.pin(template)))
}
