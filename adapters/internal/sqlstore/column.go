package sqlstore

import (
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The columns that statements and keys are about.
const (
	idColumn     = "id"
	ownerColumn  = "user_id"
	expiryColumn = "expires_at"
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
	Type      string // in DDL, where the dialect does not choose it

	HasDefault bool // rows may lack it, and then have null or the zero value of its kind
	inLease    bool
	userIDs    *IDs // how the ids of users in it are kept; nil: it has none
}

// Needs says that the column would have to be of another type.
func (c Column) Needs(typ string) string {
	kind := c.Kind.String()
	if c.Kind == UUID {
		kind = "UUID"
	}
	return "a value of kind " + kind + " needs " + typ
}

// called says which attribute a column is for, if any.
func (c Column) called() string {
	if c.Attribute == "" {
		return ""
	}
	return ", for attribute " + c.Attribute
}

// keeping returns the column with the type that it needs to hold such ids.
func (c Column) keeping(ids *IDs) Column {
	c.Kind, c.Max, c.Bytewise = ids.Kind, ids.Max, ids.Kind == attr.String
	return c
}

// userColumns returns the columns that users have besides attributes.
func userColumns(ids *IDs) (list []Column) {
	for _, c := range spec.UserColumns() {
		own := Column{Name: c.Name, Kind: c.Kind, Max: c.Max, Nullable: c.Nullable, HasDefault: c.HasDefault}
		list = append(list, ownColumn(own, c.UserID, ids))
	}
	return list
}

// sessionColumns returns the columns that sessions have besides attributes. The
// ids of their users are kept as userIDs says.
func sessionColumns(userIDs *IDs) (list []Column) {
	for _, c := range spec.SessionColumns() {
		own := Column{Name: c.Name, Kind: c.Kind, Max: c.Max, Nullable: c.Nullable, HasDefault: c.HasDefault, inLease: c.InLease}
		list = append(list, ownColumn(own, c.UserID, userIDs))
	}
	return list
}

// ownColumn completes a column that does not depend on attributes.
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
	for i, f := range fields {
		columns[i] = Column{
			Name: f.Column, Kind: f.Kind, Nullable: f.Nullable, Unique: f.Unique,
			Bytewise: f.Unique && f.Kind == attr.String, Max: f.Max, Attribute: f.Name,
		}
	}
	return columns
}
