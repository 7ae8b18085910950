package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// catalog reads the definition of an existing table.
func catalog(ctx context.Context, q sqlx.QueryerContext, name sqlstore.Name) (sqlstore.Catalog, error) {
	var found sqlstore.Catalog
	table := dialect().Qualified(name)
	var relations []struct {
		Kind       string
		Surrounded bool
	}
	if err := sqlx.SelectContext(ctx, q, &relations, relation, table); err != nil || len(relations) == 0 {
		return found, err
	}
	found.Exists = true
	if kind := relations[0].Kind; kind != "table" {
		found.NotTable = kind
		return found, nil
	}
	var around []struct {
		Text  string
		Keeps bool
	}
	if relations[0].Surrounded {
		if err := sqlx.SelectContext(ctx, q, &around, surroundings, table); err != nil {
			return found, err
		}
	}
	for _, r := range around {
		if r.Keeps {
			found.Keepers = append(found.Keepers, r.Text)
		} else {
			found.Problems = append(found.Problems, r.Text)
		}
	}
	if err := sqlx.SelectContext(ctx, q, &found.Columns, columns, table); err != nil {
		return found, err
	}

	var indexRows []struct {
		sqlstore.CatalogIndex
		Names string // a JSON array
	}
	if err := sqlx.SelectContext(ctx, q, &indexRows, indexes, table); err != nil {
		return found, err
	}
	for _, r := range indexRows {
		if err := json.Unmarshal([]byte(r.Names), &r.Columns); err != nil {
			return found, err
		}
		found.Indexes = append(found.Indexes, r.CatalogIndex)
	}

	var referenceRows []struct {
		Schema, Table, Names, ToNames, Unsound string
		Bare, Cascade                          bool
	}
	if err := sqlx.SelectContext(ctx, q, &referenceRows, references, table); err != nil {
		return found, err
	}
	for _, r := range referenceRows {
		reference := sqlstore.CatalogReference{
			Table: sqlstore.Name{Schema: r.Schema, Table: r.Table}, Bare: r.Bare, Cascade: r.Cascade, Unsound: r.Unsound,
		}
		if err := json.Unmarshal([]byte(r.Names), &reference.Columns); err != nil {
			return found, err
		}
		if err := json.Unmarshal([]byte(r.ToNames), &reference.To); err != nil {
			return found, err
		}
		found.References = append(found.References, reference)
	}
	return found, nil
}

// The queries about a table. Their parameter is its name as written in statements.
const (
	// Most tables have nothing around them that surroundings could find. For these the
	// adapter skips that query: the server plans it for longer than any other of Check.
	relation = `
SELECT CASE relkind
	WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
	WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'relation of another kind' END AS kind,
	relkind = 'p' OR relpersistence <> 'p' OR relhassubclass OR relrowsecurity OR relhasrules
	OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal) AS surrounded
FROM pg_class WHERE oid = to_regclass(CAST($1 AS text))`

	// A domain counts as its base type, even if it is based on another domain.
	columns = `
SELECT CAST(a.attname AS text) AS name, COALESCE(b.type, format_type(a.atttypid, a.atttypmod)) AS type,
	a.attnotnull OR COALESCE(b.notnull, false) AS notnull,
	a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL AS "default",
	a.attgenerated <> '' AS generated,
	a.attidentity = 'a' AS identity,
	COALESCE(l.collisdeterministic, true) AS bytewise
FROM pg_attribute AS a
JOIN pg_type AS t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
	WITH RECURSIVE d AS (
		SELECT t.oid, a.atttypmod AS typmod, t.typbasetype, t.typtypmod, t.typnotnull WHERE t.typtype = 'd'
		UNION ALL
		SELECT n.oid, d.typtypmod, n.typbasetype, n.typtypmod, n.typnotnull
		FROM d JOIN pg_type AS n ON n.oid = d.typbasetype
	)
	SELECT max(format_type(oid, typmod)) FILTER (WHERE typbasetype = 0) AS type, bool_or(typnotnull) AS notnull FROM d
) AS b
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
WHERE a.attrelid = to_regclass(CAST($1 AS text)) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`

	// An index with NULLS NOT DISTINCT does not count, because nulls conflict in it.
	indexes = `
SELECT CAST(x.relname AS text) AS name,
	i.indisunique AND NOT i.indnullsnotdistinct AS "unique",
	i.indisvalid AND i.indpred IS NULL AS whole,
	NOT EXISTS (SELECT FROM pg_collation AS l
		WHERE l.oid = ANY (CAST(i.indcollation AS oid[])) AND NOT l.collisdeterministic) AS bytewise,
	(SELECT CAST(json_agg(COALESCE(CAST(a.attname AS text), '') ORDER BY k.place) AS text)
		FROM unnest((CAST(i.indkey AS int2[]))[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (num, place)
		LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.num) AS names
FROM pg_index AS i
JOIN pg_class AS x ON x.oid = i.indexrelid
WHERE i.indrelid = to_regclass(CAST($1 AS text))`

	// Since PostgreSQL 18 a foreign key can be NOT ENFORCED.
	references = `
SELECT CAST(n.nspname AS text) AS schema, CAST(r.relname AS text) AS "table", pg_table_is_visible(r.oid) AS bare, c.confdeltype = 'c' AS cascade,
	CASE WHEN NOT c.convalidated THEN 'is NOT VALID: validate it'
		WHEN EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgconstraint = c.oid AND g.tgenabled NOT IN ('O', 'A'))
			THEN 'does not hold, as its triggers are disabled: enable them'
		ELSE '' END AS unsound,
	(SELECT CAST(json_agg(a.attname ORDER BY k.place) AS text)
		FROM unnest(c.conkey) WITH ORDINALITY AS k (num, place)
		JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.num) AS names,
	(SELECT CAST(json_agg(a.attname ORDER BY k.place) AS text)
		FROM unnest(c.confkey) WITH ORDINALITY AS k (num, place)
		JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.num) AS tonames
FROM pg_constraint AS c
JOIN pg_class AS r ON r.oid = c.confrelid
JOIN pg_namespace AS n ON n.oid = r.relnamespace
WHERE c.contype = 'f' AND c.conrelid = to_regclass(CAST($1 AS text))
	AND COALESCE(to_jsonb(c) ->> 'conenforced', 'true') = 'true'`
)

// typeMismatch returns why a column's type does not fit, or "". A narrower integer fits,
// because a value that it cannot hold is an error. A narrower text does not, because
// PostgreSQL silently cuts spaces at its end.
func typeMismatch(want sqlstore.Column, is sqlstore.CatalogColumn) string {
	name, size := parse(is.Type)
	switch {
	case name == "character varying" && (want.Kind == attr.String || want.Kind == attr.JSON):
		switch {
		case size < 0:
			return ""
		case want.Max == 0:
			return "there is no max: make it text, or say max in the attribute's tag"
		case size < want.Max:
			return fmt.Sprintf("shorter than the max of %d", want.Max)
		}
		return ""
	case name == "timestamp with time zone" && want.Kind == attr.Time:
		if size >= 0 && size < 3 {
			return "it would round milliseconds"
		}
		return ""
	case (name == "integer" || name == "smallint") && want.Kind == attr.Int, name == types[want.Kind]:
		return ""
	}
	return want.Needs(types[want.Kind])
}

// tooNarrow reports whether a column of a type is too small for a value.
func tooNarrow(typ string, v any) bool {
	name, size := parse(typ)
	switch v := v.(type) {
	case string:
		return size >= 0 && utf8.RuneCountInString(v) > size
	case int64:
		return name == "smallint" && v != int64(int16(v)) || name == "integer" && v != int64(int32(v))
	}
	return false
}

// parse splits a type as PostgreSQL writes it, such as character varying(20) or
// timestamp(3) with time zone, into its name and its size. The size is -1 if there is
// none.
func parse(typ string) (name string, size int) {
	typ = strings.ReplaceAll(typ, `"`, "") // quote_all_identifiers
	before, rest, found := strings.Cut(typ, "(")
	if !found {
		return typ, -1
	}
	number, after, _ := strings.Cut(rest, ")")
	if _, err := fmt.Sscanf(number, "%d", &size); err != nil {
		return typ, -1
	}
	return before + after, size
}
