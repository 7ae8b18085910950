package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// catalog reads the definition of an existing table. Its queries name each column with
// AS: otherwise PRAGMA full_column_names and short_column_names determine the names.
func catalog(ctx context.Context, q sqlx.QueryerContext, name sqlstore.Name) (sqlstore.Catalog, error) {
	var found sqlstore.Catalog
	var kinds []string
	err := sqlx.SelectContext(ctx, q, &kinds,
		"SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE", name.Table)
	if err != nil || len(kinds) == 0 {
		return found, err
	}
	found.Exists = true
	if kinds[0] != "table" {
		found.NotTable = kinds[0]
		return found, nil
	}
	if err := readDefinitions(ctx, q, name.Table, &found); err != nil {
		return found, err
	}
	if found.Columns, err = columns(ctx, q, name.Table); err != nil {
		return found, err
	}
	if found.Indexes, err = indexes(ctx, q, name.Table); err != nil {
		return found, err
	}
	var rowid []string
	if err := sqlx.SelectContext(ctx, q, &rowid, rowidKey, name.Table, name.Table); err != nil {
		return found, err
	}
	for _, column := range rowid {
		found.Indexes = append(found.Indexes, sqlstore.CatalogIndex{
			Columns: []string{column}, Unique: true, Whole: true, Bytewise: true,
		})
	}
	found.References, err = references(ctx, q, name.Table)
	return found, err
}

// rowidKey finds a primary key that is an alias of the rowid. Only such a key needs no
// index.
const rowidKey = `SELECT name FROM pragma_table_info(?, 'main') WHERE pk > 0 ` +
	`AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?, 'main') WHERE origin = 'pk')`

// readDefinitions reads the statements that created the table and its triggers. Besides
// those of the database it includes the connection's temporary triggers.
func readDefinitions(ctx context.Context, q sqlx.QueryerContext, table string, found *sqlstore.Catalog) error {
	var rows []struct {
		Type, Name string
		SQL        string
	}
	err := sqlx.SelectContext(ctx, q, &rows, `SELECT type AS type, name AS name, sql AS sql FROM main.sqlite_schema `+
		`WHERE type IN ('table', 'trigger') AND tbl_name = ? COLLATE NOCASE `+
		`UNION ALL SELECT type AS type, name AS name, sql AS sql FROM temp.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`, table, table)
	for _, r := range rows {
		switch {
		case r.Type == "trigger" && mayKeepRows(r.SQL):
			found.Keepers = append(found.Keepers, r.Name)
		case r.Type == "table" && conflictClause(r.SQL) != "":
			found.Problems = append(found.Problems, "has a constraint "+conflictClause(r.SQL)+": a taken id or value would be no error")
		}
	}
	return err
}

func columns(ctx context.Context, q sqlx.QueryerContext, table string) ([]sqlstore.CatalogColumn, error) {
	var rows []struct {
		Name    string
		Type    string
		NotNull bool
		Default bool
		PK      bool
		Hidden  int
	}
	err := sqlx.SelectContext(ctx, q, &rows, `SELECT name AS name, type AS type, "notnull" AS "notnull", `+
		`dflt_value IS NOT NULL AS "default", pk > 0 AS pk, hidden AS hidden FROM pragma_table_xinfo(?, 'main')`, table)
	if err != nil {
		return nil, err
	}
	// No pragma returns a column's collation, but a subquery preserves it.
	quote := dialect().Quote
	var names, letters, probes []string
	for _, r := range rows {
		names = append(names, quote(r.Name))
		letters = append(letters, "'a'")
		probes = append(probes, fmt.Sprintf("NOT (t.%[1]s = 'A' OR t.%[1]s = 'a ')", quote(r.Name)))
	}
	bytewise := make([]bool, len(rows))
	into := make([]any, len(rows))
	for i := range into {
		into[i] = &bytewise[i]
	}
	query := fmt.Sprintf("SELECT %s FROM (SELECT %s FROM main.%s WHERE 0 UNION ALL SELECT %s) AS t",
		strings.Join(probes, ", "), strings.Join(names, ", "), quote(table), strings.Join(letters, ", "))
	if err := q.QueryRowxContext(ctx, query).Scan(into...); err != nil {
		return nil, err
	}
	list := make([]sqlstore.CatalogColumn, len(rows))
	for i, r := range rows {
		// SQLite permits nulls in a primary key, an old bug that it keeps for
		// compatibility. Rows with such an id belong to no user. An INTEGER PRIMARY
		// KEY gets a number if an insert does not set it.
		rowid := r.PK && strings.EqualFold(r.Type, "INTEGER")
		list[i] = sqlstore.CatalogColumn{
			Name: r.Name, Type: r.Type, NotNull: r.NotNull || r.PK, Default: r.Default || rowid,
			Generated: r.Hidden > 1, Bytewise: bytewise[i],
		}
	}
	return list, nil
}

func indexes(ctx context.Context, q sqlx.QueryerContext, table string) ([]sqlstore.CatalogIndex, error) {
	var rows []struct {
		Index   string
		Unique  bool
		Partial bool
		Column  *string // nil for an expression
		Coll    string
	}
	err := sqlx.SelectContext(ctx, q, &rows, `SELECT l.name AS "index", l."unique" AS "unique", l.partial AS partial, x.name AS "column", x.coll AS coll `+
		`FROM pragma_index_list(?, 'main') AS l, pragma_index_xinfo(l.name, 'main') AS x WHERE x.key ORDER BY l.seq, x.seqno`, table)
	if err != nil {
		return nil, err
	}
	var list []sqlstore.CatalogIndex
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].Name != r.Index {
			list = append(list, sqlstore.CatalogIndex{Name: r.Index, Unique: r.Unique, Whole: !r.Partial, Bytewise: true})
		}
		index := &list[len(list)-1]
		column := ""
		if r.Column != nil {
			column = *r.Column
		}
		index.Columns = append(index.Columns, column)
		index.Bytewise = index.Bytewise && r.Coll == "BINARY"
	}
	return list, nil
}

func references(ctx context.Context, q sqlx.QueryerContext, table string) ([]sqlstore.CatalogReference, error) {
	var rows []struct {
		ID      int
		Table   string
		From    string
		To      *string // nil for the primary key
		Cascade bool
	}
	err := sqlx.SelectContext(ctx, q, &rows, `SELECT id AS id, "table" AS "table", "from" AS "from", "to" AS "to", on_delete = 'CASCADE' AS "cascade" `+
		`FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq`, table)
	if err != nil {
		return nil, err
	}
	var list []sqlstore.CatalogReference
	last := -1
	for _, r := range rows {
		if r.ID != last {
			last = r.ID
			list = append(list, sqlstore.CatalogReference{Table: sqlstore.Name{Table: r.Table}, Bare: true, Cascade: r.Cascade})
		}
		reference := &list[len(list)-1]
		reference.Columns = append(reference.Columns, r.From)
		if r.To != nil {
			reference.To = append(reference.To, *r.To)
		}
	}
	return list, nil
}

// typeMismatch returns why a declared type does not fit, or "". Only its affinity counts,
// because that can change values when they are stored, such as text in a numeric column.
func typeMismatch(want sqlstore.Column, is sqlstore.CatalogColumn) string {
	has := affinity(is.Type)
	if has == none || has == affinity(types[want.Kind]) {
		return ""
	}
	if want.Kind == attr.Bool && strings.EqualFold(is.Type, "BOOLEAN") {
		return ""
	}
	return want.Needs(types[want.Kind])
}

// The affinities of SQLite.
const (
	integer = "integer"
	text    = "text"
	blob    = "blob" // keeps every value unchanged, except as BLOB in a STRICT table
	none    = "none" // keeps every value unchanged
	float   = "real"
	numeric = "numeric"
)

// affinity follows the rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity.
func affinity(declared string) string {
	declared = strings.ToUpper(declared)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(declared, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return integer
	case has("CHAR", "CLOB", "TEXT"):
		return text
	case has("BLOB"):
		return blob
	case declared == "" || declared == "ANY":
		return none
	case has("REAL", "FLOA", "DOUB"):
		return float
	}
	return numeric
}
