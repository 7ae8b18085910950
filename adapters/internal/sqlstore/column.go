package sqlstore

import (
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The columns that statements and keys use.
const (
	idColumn     = "id"
	ownerColumn  = "user_id"
	expiryColumn = "expires_at"
)

// Column is the wanted definition of a column.
type Column struct {
	Name      string
	Kind      attr.Kind
	Nullable  bool
	Unique    bool   // no two rows have the same value
	Bytewise  bool   // text is compared byte for byte
	Max       int    // limit in bytes of an id, or in code points or bytes of an attribute; 0 for no limit
	Attribute string // name of the Go field; empty for a column that every such table has
	Type      string // type in DDL; empty if the dialect chooses it

	HasDefault bool // older rows can have null, or the zero value of the kind, in it
	inLease    bool
	userIDs    *IDs        // type of the ids of users in it; nil if it has none
	field      *attr.Field // nil for a column that every such table has
}

// Needs returns a message that the column must have another type.
func (c Column) Needs(typ string) string {
	kind := c.Kind.String()
	if c.Kind == UUID {
		kind = "UUID"
	}
	return "a value of kind " + kind + " needs " + typ
}

// forAttribute returns a text that names the attribute of a column, or "".
func (c Column) forAttribute() string {
	if c.Attribute == "" {
		return ""
	}
	return ", for attribute " + c.Attribute
}

// keeping returns the column with the type that these ids need.
func (c Column) keeping(ids *IDs) Column {
	c.Kind, c.Max, c.Bytewise = ids.Kind, ids.Max, ids.Kind == attr.String
	return c
}

// userColumns returns the columns of users that are not attributes.
func userColumns(ids *IDs) (list []Column) {
	for _, c := range spec.UserColumns() {
		own := Column{Name: c.Name, Kind: c.Kind, Max: c.Max, Nullable: c.Nullable, HasDefault: c.HasDefault}
		list = append(list, ownColumn(own, c.UserID, ids))
	}
	return list
}

// sessionColumns returns the columns of sessions that are not attributes. UserIDs is the
// type of the ids of their users.
func sessionColumns(userIDs *IDs) (list []Column) {
	for _, c := range spec.SessionColumns() {
		own := Column{Name: c.Name, Kind: c.Kind, Max: c.Max, Nullable: c.Nullable, HasDefault: c.HasDefault, inLease: c.InLease}
		list = append(list, ownColumn(own, c.UserID, userIDs))
	}
	return list
}

// ownColumn completes the definition of a column that does not depend on attributes.
func ownColumn(c Column, ofUser bool, userIDs *IDs) Column {
	c.Unique, c.Bytewise = c.Name == idColumn, c.Kind == attr.String
	if ofUser {
		c = c.keeping(userIDs)
		c.userIDs = userIDs
	}
	return c
}

func attributes(fields []attr.Field) []Column {
	columns := make([]Column, len(fields))
	for i := range fields {
		f := &fields[i]
		columns[i] = Column{
			Name: f.Column, Kind: f.Kind, Nullable: f.Nullable, Unique: f.Unique,
			Bytewise: f.Unique && f.Kind == attr.String, Max: f.Max, Attribute: f.Name, field: f,
		}
	}
	return columns
}
