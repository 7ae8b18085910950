package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// catalog returns the function that reads the definition of an existing table. Settle
// makes its statements independent of the session's settings.
func catalog(settle func(string) string) func(context.Context, sqlx.QueryerContext, sqlstore.Name) (sqlstore.Catalog, error) {
	return func(ctx context.Context, q sqlx.QueryerContext, name sqlstore.Name) (sqlstore.Catalog, error) {
		return readTable(ctx, reader{q, settle, name})
	}
}

// reader runs queries about a table.
type reader struct {
	on     sqlx.QueryerContext
	settle func(string) string
	name   sqlstore.Name
}

func (r reader) list(ctx context.Context, into any, query string) error {
	where := "table_schema = DATABASE()"
	if r.name.Schema != "" {
		where = "table_schema = " + literal(r.name.Schema)
	}
	where += " AND table_name = " + literal(r.name.Table)
	rows, err := r.on.QueryContext(ctx, r.settle(strings.ReplaceAll(query, "{this table}", where)))
	if err != nil {
		return err
	}
	defer rows.Close()
	return sqlx.StructScan(unaliased{rows}, into)
}

// unaliased are rows whose columns have the names in the query. With columnsWithAlias the
// driver adds the table's name before them.
type unaliased struct{ *sql.Rows }

func (r unaliased) Columns() ([]string, error) {
	names, err := r.Rows.Columns()
	for i, name := range names {
		names[i] = name[strings.LastIndexByte(name, '.')+1:]
	}
	return names, err
}

func readTable(ctx context.Context, q reader) (sqlstore.Catalog, error) {
	var found sqlstore.Catalog
	var definition string
	var relations []struct {
		Kind   string
		Engine *string
	}
	if err := q.list(ctx, &relations, relation); err != nil || len(relations) == 0 {
		return found, err
	}
	found.Exists = true
	switch kind := relations[0].Kind; kind {
	case "BASE TABLE", "SYSTEM VERSIONED":
		var err error
		if definition, err = q.definition(ctx); err != nil {
			return found, err
		}
		if strings.HasPrefix(definition, "CREATE TEMPORARY ") {
			found.NotTable = hiding
			return found, nil
		}
	case "TEMPORARY": // newer versions of MariaDB list temporary tables
		found.NotTable = hiding
		return found, nil
	default:
		found.NotTable = strings.ToLower(kind)
		return found, nil
	}
	if engine := relations[0].Engine; engine != nil && *engine != "InnoDB" {
		found.Problems = append(found.Problems, "is kept by "+*engine+", which has no transactions or no foreign keys: it must be InnoDB")
	}
	if err := readColumns(ctx, q, &found); err != nil {
		return found, err
	}
	for i, c := range found.Columns {
		for _, quoted := range quotings(c.Name) {
			if strings.Contains(definition, "CHECK (json_valid("+quoted+"))") {
				found.Columns[i].Type += onlyJSON
				break
			}
		}
	}
	if err := readIndexes(ctx, q, &found); err != nil {
		return found, err
	}
	return found, readReferences(ctx, q, definition, &found)
}

// onlyJSON is the end of the type of a column that accepts only JSON. MariaDB's JSON is
// text with such a constraint.
const onlyJSON = " CHECK (json_valid)"

// hiding describes a temporary table, which hides a table with its name from one session.
const hiding = "temporary table of the session"

// definition returns the statement that would create the table.
func (r reader) definition(ctx context.Context) (string, error) {
	table := quote(r.name.Table)
	if r.name.Schema != "" {
		table = quote(r.name.Schema) + "." + table
	}
	var name, text string
	err := r.on.QueryRowxContext(ctx, "SHOW CREATE TABLE "+table).Scan(&name, &text)
	return text, err
}

func readColumns(ctx context.Context, q reader, found *sqlstore.Catalog) error {
	var rows []struct {
		sqlstore.CatalogColumn
		Charset, Collation *string
	}
	if err := q.list(ctx, &rows, columns); err != nil {
		return err
	}
	for _, r := range rows {
		r.Bytewise = true
		if r.Charset != nil && r.Collation != nil {
			r.Bytewise = bytewise(*r.Collation)
			r.Type += " CHARACTER SET " + *r.Charset + " COLLATE " + *r.Collation
		}
		found.Columns = append(found.Columns, r.CatalogColumn)
	}
	return nil
}

// bytewise reports whether texts with a collation are equal only if their bytes are. All
// other collations ignore at least spaces at the end.
func bytewise(collation string) bool {
	return collation == "utf8mb4_0900_bin" || strings.HasSuffix(collation, "_nopad_bin")
}

func readIndexes(ctx context.Context, q reader, found *sqlstore.Catalog) error {
	var rows []struct {
		Index  string
		Column *string // nil for an expression
		Unique bool
		Prefix bool // the index covers only a prefix of the column
	}
	if err := q.list(ctx, &rows, indexes); err != nil {
		return err
	}
	for _, r := range rows {
		if n := len(found.Indexes); n == 0 || found.Indexes[n-1].Name != r.Index {
			found.Indexes = append(found.Indexes, sqlstore.CatalogIndex{Name: r.Index, Unique: r.Unique, Whole: true, Bytewise: true})
		}
		index := &found.Indexes[len(found.Indexes)-1]
		column := ""
		if r.Column != nil {
			column = *r.Column
		}
		index.Columns = append(index.Columns, column)
		index.Unique = index.Unique && !r.Prefix
	}
	return nil
}

func readReferences(ctx context.Context, q reader, definition string, found *sqlstore.Catalog) error {
	var rows []struct {
		Name, Column, Schema, Table, To string
		Bare                            bool
	}
	if err := q.list(ctx, &rows, references); err != nil {
		return err
	}
	last := ""
	for _, r := range rows {
		if r.Name != last {
			last = r.Name
			found.References = append(found.References, sqlstore.CatalogReference{
				Table: sqlstore.Name{Schema: r.Schema, Table: r.Table}, Bare: r.Bare, Cascade: cascade(r.Name, definition),
			})
		}
		reference := &found.References[len(found.References)-1]
		reference.Columns = append(reference.Columns, r.Column)
		reference.To = append(reference.To, r.To)
	}
	return nil
}

// quotings returns the forms that a name can have in a definition, depending on sql_mode
// and sql_quote_show_create.
func quotings(name string) []string {
	return []string{quote(name), `"` + strings.ReplaceAll(name, `"`, `""`) + `"`, name}
}

// cascade reports whether a foreign key has ON DELETE CASCADE, by the table's definition.
// The catalog has that rule, too, but MariaDB searches the tables of all databases for it,
// and 10.11 hides it from accounts with privileges on single tables.
func cascade(name, definition string) bool {
	for line := range strings.Lines(definition) {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), "CONSTRAINT ")
		for _, quoted := range quotings(name) {
			if ok && strings.HasPrefix(line, quoted+" FOREIGN KEY ") {
				return strings.Contains(line[strings.LastIndex(line, ")")+1:], "ON DELETE CASCADE")
			}
		}
	}
	return false
}

// The queries about a table. They name all columns, because the servers return names in
// different cases. They contain no empty string, which is NULL in one of MariaDB's modes.
const (
	relation = "SELECT table_type AS kind, engine AS engine FROM information_schema.tables WHERE {this table}"

	columns = "SELECT column_name AS name, column_type AS type, is_nullable = _utf8mb4'NO' AS notnull, " +
		"column_default IS NOT NULL OR extra LIKE _utf8mb4'%auto_increment%' OR extra LIKE _utf8mb4'%DEFAULT_GENERATED%' AS `default`, " +
		"COALESCE(LENGTH(generation_expression), 0) > 0 AS `generated`, " +
		"character_set_name AS `charset`, collation_name AS `collation` " +
		"FROM information_schema.columns WHERE {this table} ORDER BY ordinal_position"

	indexes = "SELECT index_name AS `index`, column_name AS `column`, non_unique = 0 AS `unique`, sub_part IS NOT NULL AS prefix " +
		"FROM information_schema.statistics WHERE {this table} ORDER BY index_name, seq_in_index"

	references = "SELECT constraint_name AS name, column_name AS `column`, referenced_table_schema AS `schema`, " +
		"referenced_table_name AS `table`, referenced_table_schema = DATABASE() AS bare, referenced_column_name AS `to` " +
		"FROM information_schema.key_column_usage WHERE {this table} AND referenced_table_name IS NOT NULL " +
		"ORDER BY constraint_name, ordinal_position"
)

// typeMismatch returns why a column's type does not fit, or "". A narrower integer fits, because
// a value that it cannot hold is an error.
func typeMismatch(want sqlstore.Column, is sqlstore.CatalogColumn) string {
	t := parse(is.Type)
	needs := want.Needs(columnType(want))
	if strings.HasSuffix(is.Type, onlyJSON) && want.Kind != attr.JSON {
		return "it takes JSON alone: " + needs
	}
	if text := want.Kind == attr.String || want.Kind == attr.Bytes; text && want.Unique && !t.indexable() {
		return needs
	}
	switch want.Kind {
	case attr.Bool, attr.Int:
		if !t.integer() {
			return needs
		}
	case attr.Time:
		if t.name != "bigint" || t.unsigned {
			return needs
		}
	case attr.Float:
		switch {
		case t.name != "double":
			return needs
		case strings.Contains(is.Type, "("):
			return "it would round: it must be DOUBLE without a number of digits"
		}
	case sqlstore.UUID:
		text := t.name == "char" || t.name == "varchar"
		if t.name != "uuid" && (!text || t.size < want.Max) { // uuid is a type of MariaDB
			return needs
		}
	case attr.Bytes:
		if want.Attribute == "" { // a UUID
			if t.name != "binary" || t.size != want.Max {
				return needs
			}
			return ""
		}
		if t.charset != "" || t.bytes() == 0 {
			return needs
		}
		return t.tooShort(want.Max, want.Max)
	case attr.String, attr.JSON:
		switch {
		case t.bytes() == 0:
			return needs
		case t.charset != "" && t.charset != "utf8mb4":
			return "its character set does not have all characters: it must be utf8mb4"
		case want.Attribute == "": // the limit is in bytes
			return t.tooShort(want.Max, want.Max)
		}
		return t.tooShort(want.Max, bytesPerRune*want.Max)
	}
	return ""
}

// mayRefer reports whether InnoDB accepts a foreign key between two types. Integers must
// have the same width and sign, and texts the same collation.
func mayRefer(from, to string) bool {
	a, b := parse(from), parse(to)
	if a.integer() || b.integer() {
		return a.name == b.name && a.unsigned == b.unsigned
	}
	return a.collation == b.collation
}

// mayCompare reports whether two columns can be compared, as in a join. Texts with two
// different collations of one character set cannot, unless one collation is binary.
func mayCompare(from, to string) bool {
	a, b := parse(from), parse(to)
	binary := func(t typ) bool { return strings.HasSuffix(t.collation, "_bin") }
	return a.collation == b.collation || a.charset != b.charset || binary(a) != binary(b)
}

// typ is a column's type.
type typ struct {
	name      string // "varchar"
	size      int    // 20 for "varchar(20)"; 0 for a type without a size
	unsigned  bool
	charset   string // empty for bytes
	collation string
}

// parse parses a type as the catalog contains it, such as "bigint(20) unsigned" or
// "varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".
func parse(text string) typ {
	var t typ
	text = strings.TrimSuffix(text, onlyJSON)
	declared, after, found := strings.Cut(text, " CHARACTER SET ")
	if found {
		t.charset, t.collation, _ = strings.Cut(after, " COLLATE ")
	}
	declared, after, _ = strings.Cut(declared, " ")
	t.unsigned = strings.HasPrefix(after, "unsigned")
	name, size, found := strings.Cut(declared, "(")
	if found {
		fmt.Sscanf(size, "%d)", &t.size) // an enum has no size
	}
	t.name = strings.ToLower(name)
	return t
}

func (t typ) integer() bool {
	switch t.name {
	case "tinyint", "smallint", "mediumint", "int", "bigint":
		return true
	}
	return false
}

// bytes returns how many bytes a column of text or bytes can hold, and 0 for any other
// type. For CHAR and BINARY it returns 0, because they remove or add bytes at the end.
func (t typ) bytes() int {
	switch t.name {
	case "varbinary":
		return t.size
	case "varchar":
		return bytesPerRune * t.size
	case "tinytext", "tinyblob":
		return 1<<8 - 1
	case "text", "blob":
		return 1<<16 - 1
	case "mediumtext", "mediumblob":
		return 1<<24 - 1
	case "longtext", "longblob":
		return 1<<32 - 1
	}
	return 0
}

// maxKey is the maximum number of bytes of a column that InnoDB can index.
const maxKey = 3072

// indexable reports whether a column of text or bytes can be unique as a whole.
func (t typ) indexable() bool {
	switch t.name {
	case "varbinary", "varchar", "binary": // BINARY(16) for ids
		return t.bytes() <= maxKey
	}
	return false
}

// tooShort returns what is wrong with a column that must hold this many code points, which
// are at most this many bytes. Without a max, a gibibyte is enough.
func (t typ) tooShort(runes, bytes int) string {
	switch {
	case runes == 0 && t.bytes() < 1<<30:
		return "there is no max: make it longer, or say max in the attribute's tag"
	case t.name == "varchar" && t.size < runes, t.name != "varchar" && t.bytes() < bytes:
		return fmt.Sprintf("shorter than the max of %d", runes)
	}
	return ""
}
