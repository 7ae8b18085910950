package sqlstore

import (
	"cmp"
	"strings"
)

// The statements that create tables.

// ddl returns the statements that create all tables and, if necessary, the schema.
func (s *store) ddl() []string {
	var list []string
	if schema := s.tables[0].name.Schema; schema != "" {
		list = append(list, s.dialect.createSchema(schema))
	}
	for _, t := range s.tables {
		list = append(list, t.create()...)
	}
	return list
}

// create returns the statements that create the table with its indexes.
func (t *table) create() []string {
	d := t.dialect
	var lines, indexes []string
	add := func(i index) {
		if d.OneCreate {
			lines = append(lines, i.line())
		} else {
			indexes = append(indexes, t.createIndex(i))
		}
	}
	for _, c := range t.columns {
		lines = append(lines, t.define(c))
	}
	lines = append(lines, "CONSTRAINT "+d.Quote(t.keyName(t.columns[0]))+" PRIMARY KEY (id)")
	for _, c := range t.columns {
		if c.Unique && c.Attribute != "" {
			add(t.uniqueIndex(c))
		}
	}
	for _, column := range t.indexed {
		add(t.plainIndex(column))
	}
	if t.parent != nil && !d.Unreferenced {
		lines = append(lines, t.foreignKey())
	}
	table := "CREATE TABLE " + d.Qualified(t.name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)" + d.TableOptions
	return append([]string{table}, indexes...)
}

// define returns the definition of a column in CREATE TABLE.
func (t *table) define(c Column) string {
	text := t.column(c) + " " + t.typeOf(c)
	if !c.Nullable {
		text += " NOT NULL"
	}
	return text
}

// typeOf returns the type of a column in DDL.
func (t *table) typeOf(c Column) string { return cmp.Or(c.Type, t.dialect.Type(c)) }

// addColumn returns the statement that adds a column to a table with existing rows. They
// get the zero value, as do rows that an older release of the application inserts while it
// runs next to the new one.
func (t *table) addColumn(c Column) string {
	text := "ALTER TABLE " + t.dialect.Qualified(t.name) + " ADD COLUMN " + t.define(c)
	if !c.Nullable {
		text += " DEFAULT " + t.dialect.Zero[c.Kind]
	}
	return text
}

// index is an index on one column. Its fields are parts of statements.
type index struct{ kind, name, column string }

// uniqueIndex returns the index that makes an attribute unique. It is an index and not a
// constraint, because every engine can add an index to an existing table.
func (t *table) uniqueIndex(c Column) index {
	return index{"UNIQUE INDEX", t.dialect.Quote(t.keyName(c)), t.column(c)}
}

func (t *table) plainIndex(column string) index {
	return index{"INDEX", t.dialect.Quote(t.constraint(column, plainIndex)), column}
}

// line returns the definition of the index in CREATE TABLE.
func (i index) line() string { return i.kind + " " + i.name + " (" + i.column + ")" }

// createIndex returns the statement that adds the index to a table.
func (t *table) createIndex(i index) string {
	return "CREATE " + i.kind + " " + i.name + " ON " + t.dialect.Qualified(t.name) + " (" + i.column + ")"
}

func (t *table) foreignKey() string {
	return "CONSTRAINT " + t.dialect.Quote(t.constraint(t.owner, foreignKey)) +
		" FOREIGN KEY (" + t.owner + ") REFERENCES " + t.dialect.Qualified(t.parent.name) + " (id) ON DELETE CASCADE"
}
