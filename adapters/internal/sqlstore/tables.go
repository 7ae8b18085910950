package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Tables says where an adapter keeps its rows.
type Tables struct {
	Schema   string // empty: wherever the engine looks
	Users    string // not used for sessions alone
	Sessions string
}

// check refuses names that the engine cannot hold, or would cut.
func (n Tables) check(d *Dialect, alone bool) error {
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
		return fmt.Errorf("the name of the %s is over %d bytes, where %s would cut it", what, d.MaxName, d.Engine)
	}
	return nil
}

// The columns that refer to others, and are referred to.
const (
	idColumn    = "id"
	ownerColumn = "user_id"
)

// Column is a column as it should be.
type Column struct {
	Name      string
	Kind      attr.Kind
	Nullable  bool
	Unique    bool   // no two rows have the same value
	Bytewise  bool   // text that is compared byte for byte
	Max       int    // bytes of an id, code points or bytes of an attribute; 0: no limit
	Attribute string // the Go field; empty: one of the columns that every such table has
}

// table is a table as it should be.
type table struct {
	dialect *Dialect
	name    Name
	columns []Column
	indexed []string // columns that have an index of their own
	owner   string   // the column that names a user; empty: there is none
	parent  *table   // what owner refers to; nil: nothing
}

func text(name string, max int) Column {
	return Column{Name: name, Kind: attr.String, Bytewise: true, Max: max}
}

// usersTable returns the table of users with these attributes.
func usersTable(d *Dialect, tables Tables, fields []attr.Field) *table {
	id := text(idColumn, spec.MaxIDBytes)
	id.Unique = true
	return &table{
		dialect: d,
		name:    Name{tables.Schema, tables.Users},
		columns: append([]Column{id}, attributes(fields)...),
	}
}

// sessionsTable returns the table of sessions. Users is nil for sessions
// alone.
func sessionsTable(d *Dialect, tables Tables, fields []attr.Field, users *table) *table {
	id, owner := text(idColumn, spec.MaxIDBytes), text(ownerColumn, spec.MaxIDBytes)
	id.Unique, owner.Nullable = true, true
	return &table{
		dialect: d,
		name:    Name{tables.Schema, tables.Sessions},
		columns: append([]Column{
			id, owner,
			{Name: "created_at", Kind: attr.Time},
			{Name: "active_until", Kind: attr.Time},
			{Name: "expires_at", Kind: attr.Time},
			text("credential", spec.MaxIDBytes),
		}, attributes(fields)...),
		indexed: []string{ownerColumn, "expires_at"},
		owner:   ownerColumn,
		parent:  users,
	}
}

func attributes(fields []attr.Field) []Column {
	columns := make([]Column, len(fields))
	for i, f := range fields {
		columns[i] = Column{
			Name: f.Column, Kind: f.Kind, Nullable: f.Nullable, Unique: f.Unique,
			Bytewise: f.Unique && f.Kind == attr.String, Max: f.Max, Attribute: f.Name,
		}
	}
	return columns
}

// attribute returns the Go field of a column, if it is an attribute.
func (t *table) attribute(column string) string {
	for _, c := range t.columns {
		if t.dialect.same(c.Name, column) {
			return c.Attribute
		}
	}
	return ""
}

// same reports whether two names are one to the engine.
func (d *Dialect) same(a, b string) bool {
	return a == b || d.Folded && strings.EqualFold(a, b)
}

// lease returns the columns of a lease, in the order of spec.Lease.
func (t *table) lease() []Column { return t.columns[3:6] }

// constraint returns the name of our constraint or index on a column: the
// table's name, the column's, and a suffix that says what it is. It is cut
// with a hash where the engine would cut it without. An attribute's column
// that has an underscore gets the hash too, for otherwise table a_b with
// column c and table a with column b_c would have the same name.
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

// constrained returns the column that a constraint of ours is on. Some
// engines name the constraint in their errors, others table.column.
func (t *table) constrained(name string) (column string, ok bool) {
	for _, c := range t.columns {
		if c.Unique && name == t.keyName(c) || t.dialect.same(name, t.name.Table+"."+c.Name) {
			return c.Name, true
		}
	}
	if t.parent != nil && name == t.constraint(t.owner, foreignKey) {
		return t.owner, true
	}
	return "", false
}
