package postgres_test

import (
	"fmt"
	"slices"
)

// column is one of ours, of the table that it is in, as people may have made it.
type column struct {
	table, name string
	kind        string // what it keeps
	with        string // what has to be altered with it
}

// ours are a column of each kind, and those with a part of their own.
var ours = []column{
	{"users", "id", "key", ""}, {"sessions", "id", "text", ""}, {"sessions", "user_id", "key", ""}, {"sessions", "credential", "text", ""},
	{"sessions", "created_at", "time", ""}, {"sessions", "expires_at", "time", ""}, {"users", "email", "text", ""}, {"users", "name", "text", ""},
	{"users", "logins", "integer", ""}, {"users", "order", "integer", ""}, {"users", "select", "boolean", ""}, {"users", "weight", "float", ""},
	{"users", "created_at", "time", ""}, {"users", "key", "bytes", ""}, {"users", "photo", "bytes", ""}, {"users", "roles", "json", ""}, {"users", "previous", "json", ""},
}

// types are those that a column may have, by what it should keep. The first are
// of the same family.
var families = map[string][]string{
	"key":     {"text", "varchar", "varchar(255)", "varchar(36)", "char(36)", "uuid", "bigint", "integer", "smallint", "numeric", "name", "bytea", "citext"},
	"text":    {"text", "varchar", "varchar(1000)", "varchar(254)", "varchar(10)", "char(254)", "char", `"char"`, "name", "citext", "json", "jsonb", "xml", "bytea", "text[]"},
	"integer": {"smallint", "integer", "bigint", "numeric", "numeric(20)", "numeric(5,2)", "real", "double precision", "money", "oid", "bit(64)", "text"},
	"float":   {"real", "double precision", "float(1)", "float(24)", "numeric", "numeric(10,2)", "money", "text"},
	"boolean": {"boolean", "smallint", "bit(1)", "text", `"char"`},
	"time": {"timestamptz", "timestamptz(0)", "timestamptz(2)", "timestamptz(3)", "timestamptz(6)", "timestamp", "timestamp(3)", "date", "time", "timetz",
		"bigint", "text", "interval", "tstzrange"},
	"bytes": {"bytea", "text", "varchar(64)", "bit varying", "oid"},
	"json":  {"text", "varchar", "varchar(1000)", "json", "jsonb", "text[]", "bytea", "xml", "hstore"},
}

// others are types of no family.
var others = []string{
	"inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon", "circle", "tsvector", "tsquery", "pg_lsn", "pg_snapshot",
	"int4range", "int8multirange", "uuid[]", "integer[]", "jsonpath", "regclass", "xid", "xid8", "cid", "tid", "aclitem", "refcursor", "int2vector", "oidvector",
	"mood", "pair", "label", "timestamptz[]", "bytea[]", "boolean[]", "txid_snapshot",
}

// prepare makes types of the user's own, and extensions' types.
var prepare = []string{
	`CREATE TYPE {schema}.mood AS ENUM ('sad', 'happy')`, `CREATE TYPE {schema}.pair AS (a text, b text)`, `CREATE DOMAIN {schema}.label AS text`,
}

// columnTypes are the types of each column's family, and for one column of each
// kind those of the others. If all is false they are those of a few columns.
func columnTypes(all bool) (list []object) {
	var every []string
	for _, family := range []string{"key", "text", "integer", "float", "boolean", "time", "bytes", "json"} {
		every = append(every, families[family]...)
	}
	every = append(every, others...)
	slices.Sort(every)
	every = slices.Compact(every)
	for _, c := range ours {
		if !all && !slices.Contains([]string{"id", "user_id", "name", "created_at"}, c.name) {
			continue
		}
		types := families[c.kind]
		if all && slices.Contains([]string{"name", "logins", "weight", "photo", "roles"}, c.name) {
			types = every // one column of each kind tells
		}
		for _, typ := range types {
			list = append(list, object{
				kind: "column type", name: fmt.Sprintf("%s.%s %s", c.table, c.name, typ), free: true, rich: true, create: alter(c, typ),
			})
		}
	}
	return list
}

// alter gives a column another type, on empty tables; without the foreign key,
// which Migrate adds again if it can.
func alter(c column, typ string) []string {
	statements := slices.Clone(prepare)
	if typ == "citext" || typ == "hstore" {
		statements = append(statements, "CREATE EXTENSION IF NOT EXISTS "+typ+" SCHEMA public")
		typ = "public." + typ
	}
	if c.kind == "key" {
		statements = append(statements, "ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey")
	}
	statements = append(statements, fmt.Sprintf("ALTER TABLE %s ALTER %q TYPE %s USING CAST(NULL AS %[3]s)", c.table, c.name, typ))
	if c.table == "users" && c.kind == "key" {
		statements = append(statements, fmt.Sprintf("ALTER TABLE sessions ALTER user_id TYPE %s USING CAST(NULL AS %[1]s)", typ))
	}
	return statements
}

// collations are each that a column of text can have.
func collations() (list []object) {
	type collation struct {
		name string // as it stands after COLLATE
		from int
	}
	all := []collation{
		{`"C"`, 0}, {`"POSIX"`, 0}, {`"default"`, 0}, {`ucs_basic`, 0}, {`"en_US.utf8"`, 0}, {`"C.utf8"`, 0}, {`"und-x-icu"`, 0}, {`"en-x-icu"`, 0}, {`"tr-x-icu"`, 0}, {`"de-AT-x-icu"`, 0},
		{`pg_c_utf8`, 17}, {`pg_unicode_fast`, 18}, {`{schema}.caseless`, 0}, {`{schema}.accentless`, 0}, {`{schema}.numeric`, 0}, {`{schema}.upper`, 0}, {`{schema}.equal`, 0},
	}
	own := []string{
		`CREATE COLLATION {schema}.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
		`CREATE COLLATION {schema}.accentless (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`,
		`CREATE COLLATION {schema}.equal (provider = icu, locale = 'und', deterministic = false)`,
		`CREATE COLLATION {schema}.numeric (provider = icu, locale = 'und-u-kn')`, `CREATE COLLATION {schema}.upper (provider = icu, locale = 'und-u-kf-upper')`,
	}
	for _, c := range []column{{"users", "id", "key", ""}, {"sessions", "user_id", "key", ""}, {"sessions", "id", "text", ""}, {"sessions", "credential", "text", ""}, {"users", "email", "text", ""}, {"users", "name", "text", ""}} {
		for _, l := range all {
			list = append(list, object{
				kind: "collation", name: fmt.Sprintf("%s.%s %s", c.table, c.name, l.name), from: l.from, free: true,
				create: append(slices.Clone(own), fmt.Sprintf("ALTER TABLE %s ALTER %s TYPE text COLLATE %s", c.table, c.name, l.name)),
			})
		}
	}
	return list
}

// databases are the encodings and locales that a database can have: all, or some
// encodings.
func databases(all bool) (list []object) {
	add := func(from int, name, options string) {
		list = append(list, object{kind: "database", name: name, from: from, free: true, database: options + " TEMPLATE template0"})
	}
	for _, encoding := range []string{
		"EUC_CN", "EUC_JIS_2004", "EUC_JP", "EUC_KR", "EUC_TW", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7", "ISO_8859_8", "KOI8R", "KOI8U", "LATIN1", "LATIN2", "LATIN3", "LATIN4",
		"LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "LATIN10", "MULE_INTERNAL", "SQL_ASCII", "UTF8", "WIN866", "WIN874", "WIN1250", "WIN1251", "WIN1252", "WIN1253", "WIN1254",
		"WIN1255", "WIN1256", "WIN1257", "WIN1258", "BIG5", "GB18030", "GBK", "JOHAB", "SHIFT_JIS_2004", "SJIS", "UHC",
	} {
		if !all && !slices.Contains([]string{"EUC_JP", "LATIN1", "SQL_ASCII", "UTF8"}, encoding) {
			continue
		}
		add(0, "encoding "+encoding, "ENCODING "+encoding+" LOCALE 'C'")
	}
	for _, locale := range []string{"C.UTF-8", "en_US.UTF-8", "POSIX"} {
		add(0, "locale "+locale, "ENCODING UTF8 LOCALE '"+locale+"'")
	}
	for _, locale := range []string{"en", "tr", "de-u-co-phonebk", "und-u-ks-level2"} {
		add(0, "ICU locale "+locale, "ENCODING UTF8 LOCALE_PROVIDER icu LOCALE 'C' ICU_LOCALE '"+locale+"'")
	}
	add(17, "builtin locale C", "ENCODING UTF8 LOCALE_PROVIDER builtin LOCALE 'C' BUILTIN_LOCALE 'C'")
	add(17, "builtin locale C.UTF-8", "ENCODING UTF8 LOCALE_PROVIDER builtin LOCALE 'C' BUILTIN_LOCALE 'C.UTF-8'")
	add(18, "builtin locale PG_UNICODE_FAST", "ENCODING UTF8 LOCALE_PROVIDER builtin LOCALE 'C' BUILTIN_LOCALE 'PG_UNICODE_FAST'")
	add(0, "few connections", "CONNECTION LIMIT 2")
	add(0, "template", "IS_TEMPLATE true")
	return list
}
