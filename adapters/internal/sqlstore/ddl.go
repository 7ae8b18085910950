package sqlstore

import "strings"

// The statements that create tables.

// ddl returns the statements that create everything.
func (s *store) ddl() []string {
	var list []string
	if schema := s.tables[0].name.Schema; schema != "" {
		list = append(list, s.createSchema(schema))
	}
	for _, t := range s.tables {
		list = append(list, t.create()...)
	}
	return list
}

func (s *store) createSchema(name string) string {
	return "CREATE SCHEMA IF NOT EXISTS " + s.dialect.Quote(name)
}

// create returns the statements that create the table with its indexes.
func (t *table) create() []string {
	d := t.dialect
	var lines, indexes []string
	for _, c := range t.columns {
		lines = append(lines, t.define(c))
		if c.Unique && c.Attribute != "" {
			indexes = append(indexes, t.createUnique(c))
		}
	}
	lines = append(lines, "CONSTRAINT "+d.Quote(t.keyName(t.columns[0]))+" PRIMARY KEY (id)")
	if t.parent != nil {
		lines = append(lines, t.foreignKey())
	}
	for _, column := range t.indexed {
		indexes = append(indexes, t.createIndex(column))
	}
	table := "CREATE TABLE " + d.Qualified(t.name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)" + d.TableOptions
	return append([]string{table}, indexes...)
}

// define returns a column as it stands in CREATE TABLE.
func (t *table) define(c Column) string {
	text := t.column(c) + " " + t.dialect.Type(c)
	if !c.Nullable {
		text += " NOT NULL"
	}
	return text
}

// addColumn returns the statement that adds an attribute to a table that may
// have rows. They get the zero value; and so do rows that an older release of
// the application inserts while it runs next to the new one.
func (t *table) addColumn(c Column) string {
	text := "ALTER TABLE " + t.dialect.Qualified(t.name) + " ADD COLUMN " + t.define(c)
	if !c.Nullable {
		text += " DEFAULT " + t.dialect.Zero[c.Kind]
	}
	return text
}

// createUnique makes an attribute unique, by an index and not by a constraint,
// because every engine can add one to a table that is there.
func (t *table) createUnique(c Column) string {
	return "CREATE UNIQUE INDEX " + t.dialect.Quote(t.keyName(c)) + " ON " + t.dialect.Qualified(t.name) +
		" (" + t.column(c) + ")"
}

func (t *table) createIndex(column string) string {
	return "CREATE INDEX " + t.dialect.Quote(t.constraint(column, plainIndex)) + " ON " + t.dialect.Qualified(t.name) +
		" (" + column + ")"
}

func (t *table) foreignKey() string {
	return "CONSTRAINT " + t.dialect.Quote(t.constraint(t.owner, foreignKey)) +
		" FOREIGN KEY (" + t.owner + ") REFERENCES " + t.dialect.Qualified(t.parent.name) + " (id) ON DELETE CASCADE"
}
