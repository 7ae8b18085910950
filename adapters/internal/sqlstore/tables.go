package sqlstore

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/spec/attr"
)

// Tables describes where an adapter keeps its rows.
type Tables struct {
	Schema   string // empty if the engine determines it
	Users    string // ignored if the adapter keeps only sessions
	Sessions string
	UserIDs  *IDs // nil for TextIDs
}

// userIDs returns the type of the ids of users.
func (n Tables) userIDs() *IDs { return cmp.Or(n.UserIDs, TextIDs) }

// check returns an error for names that the engine cannot hold or would truncate, and for
// ids of an unknown kind.
func (n Tables) check(d *Dialect, alone bool) error {
	if n.UserIDs == UnknownIDs {
		return errors.New("WithUserIDs: no such kind of ids")
	}
	if err := d.checkName("sessions table", n.Sessions); err != nil {
		return err
	}
	if n.Schema != "" {
		if err := d.checkName("schema", n.Schema); err != nil {
			return err
		}
	}
	if alone {
		return nil
	}
	if d.same(n.Users, n.Sessions) {
		return errors.New("users and sessions have the same table name")
	}
	return d.checkName("users table", n.Users)
}

func (d *Dialect) checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the name of the %s is empty", what)
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return fmt.Errorf("the name of the %s is not UTF-8 without NUL", what)
	case d.MaxName > 0 && len(name) > d.MaxName:
		return fmt.Errorf("the name of the %s is over %d bytes, which is too long for %s", what, d.MaxName, d.Engine)
	}
	return d.checkNamable(what, name)
}

func (d *Dialect) checkNamable(what, name string) error {
	if d.NameProblem != nil {
		if why := d.NameProblem(name); why != "" {
			return fmt.Errorf("the name of the %s %s", what, why)
		}
	}
	return nil
}

// checkColumns returns an error for attributes whose columns the engine cannot name.
func (d *Dialect) checkColumns(fields []attr.Field) error {
	for _, f := range fields {
		if err := d.checkNamable("column of "+f.Name, f.Column); err != nil {
			return err
		}
	}
	return nil
}

// table is the wanted definition of a table.
type table struct {
	dialect *Dialect
	name    Name
	columns []Column // the columns of attributes come last
	own     int      // number of columns before those of attributes
	ids     *IDs
	indexed []string // columns with their own index
	owner   string   // the column with the id of a user, or empty
	owners  *IDs     // type of the ids in owner
	parent  *table   // the table that owner refers to, or nil
	updates *updates
}

// usersTable returns the table of users with these attributes.
func usersTable(d *Dialect, tables Tables, fields []attr.Field) *table {
	ids := tables.userIDs()
	own := userColumns(ids)
	return &table{
		dialect: d,
		name:    Name{tables.Schema, tables.Users},
		columns: append(own, attributes(fields)...),
		own:     len(own),
		ids:     ids,
		updates: newUpdates(),
	}
}

// sessionsTable returns the table of sessions. Users is nil if the adapter keeps only
// sessions.
func sessionsTable(d *Dialect, tables Tables, fields []attr.Field, users *table) *table {
	owners := tables.userIDs()
	own := sessionColumns(owners)
	return &table{
		dialect: d,
		name:    Name{tables.Schema, tables.Sessions},
		columns: append(own, attributes(fields)...),
		own:     len(own),
		ids:     TextIDs,
		indexed: []string{ownerColumn, expiryColumn},
		owner:   ownerColumn,
		owners:  owners,
		parent:  users,
		updates: newUpdates(),
	}
}

// after returns the table of sessions to create if this table of users exists.
func (t *table) after(users Catalog) *table {
	id, ok := users.column(t.dialect, idColumn)
	if t.dialect.MayRefer == nil || t.parent == nil || !ok {
		return t
	}
	like := *t
	like.columns = slices.Clone(t.columns)
	for i, c := range like.columns {
		if c.Name == t.owner {
			like.columns[i].Type = id.Type
		}
	}
	return &like
}

// encode returns a value of the own column at this index as a parameter.
func (t *table) encode(place int, v any) any {
	ids := t.columns[place].userIDs
	if id, ok := v.(string); ok && ids != nil && ids.Encode != nil {
		return ids.Encode(id)
	}
	return t.dialect.encode(v)
}

// columnsAt returns the columns of the attributes at these indexes.
func (t *table) columnsAt(places []int) []Column {
	columns := make([]Column, len(places))
	for i, place := range places {
		columns[i] = t.columns[t.own+place]
	}
	return columns
}

// attribute returns the Go field of a column, or "" if it is not that of an attribute.
func (t *table) attribute(column string) string {
	for _, c := range t.columns {
		if t.dialect.same(c.Name, column) {
			return c.Attribute
		}
	}
	return ""
}

// constraint returns the name of our constraint or index on a column: the names of the table
// and the column, and a suffix for its type. If the name would be too long for the engine,
// it is cut and gets a hash. A name with the column of an attribute that has an underscore
// gets the hash too. Otherwise table a_b with column c and table a with column b_c would
// have the same name.
func (t *table) constraint(column, suffix string) string {
	stem := t.name.Table
	if column != "" {
		stem += "_" + column
	}
	limit := t.dialect.MaxName
	long := limit > 0 && len(stem)+len(suffix) > limit
	if !long && (t.attribute(column) == "" || !strings.Contains(column, "_")) {
		return stem + suffix
	}
	hash := sha256.Sum256([]byte(t.name.Table + "\x00" + column))
	suffix = "_" + hex.EncodeToString(hash[:4]) + suffix
	if limit > 0 && len(stem)+len(suffix) > limit {
		stem = strings.ToValidUTF8(stem[:limit-len(suffix)], "")
	}
	return stem + suffix
}

// The suffixes of our names.
const (
	primaryKey = "_pkey"
	uniqueKey  = "_key"
	foreignKey = "_fkey"
	plainIndex = "_idx"
)

// keyName returns the name of the constraint that makes a column unique.
func (t *table) keyName(c Column) string {
	if c.Attribute == "" {
		return t.constraint("", primaryKey)
	}
	return t.constraint(c.Name, uniqueKey)
}

// constrained returns the column of a constraint, which it finds by the name only. The name
// is that of an attribute's key, of our foreign key or, in some engines, table.column.
func (t *table) constrained(name string) (column string, ok bool) {
	for _, c := range t.columns {
		if c.Unique && c.Attribute != "" && name == t.keyName(c) || t.dialect.same(name, t.name.Table+"."+c.Name) {
			return c.Name, true
		}
	}
	if t.parent != nil && name == t.constraint(t.owner, foreignKey) {
		return t.owner, true
	}
	return "", false
}
