package mysql

import (
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
)

// roles are the names of the tables in the results.
var roles = []string{"users", "sessions"}

// columns maps our columns to their names in the results.
var columns = map[string]string{
	"users id": "id", "sessions id": "id", "sessions user_id": "id",
	"sessions expires_at": "time", "sessions credential": "credential",
}

// addObjects adds the objects around the tables.
func (s *survey) addObjects() error {
	for i, table := range s.tables {
		role := roles[i]
		for _, q := range queries {
			err := s.read(q.text, []any{table}, func(row []string) environment.Case {
				kind, name := q.name(role, row)
				return environment.Case{Kind: kind, Name: name, Object: true}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// queries are run once for each table.
var queries = []struct {
	text string
	name func(role string, row []string) (kind, name string)
}{
	{"SELECT action_timing, event_manipulation FROM information_schema.triggers WHERE event_object_schema = DATABASE() AND event_object_table = ?",
		func(role string, row []string) (string, string) {
			return "trigger", row[0] + " " + row[1] + " of " + role
		}},
	{"SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ? AND engine IS NOT NULL",
		func(role string, row []string) (string, string) { return "storage engine", row[0] + ", " + role }},
	{"SELECT UPPER(row_format) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ? AND row_format IS NOT NULL",
		func(_ string, row []string) (string, string) { return "row format", row[0] }},
	{"SELECT LOWER(table_type) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ? AND table_type <> 'BASE TABLE'",
		func(role string, row []string) (string, string) {
			if row[0] == "system versioned" {
				return "system versioning", "of " + role
			}
			return row[0], role
		}},
	{"SELECT column_name, UPPER(column_type), COALESCE(character_set_name, ''), COALESCE(collation_name, ''), data_type " +
		"FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name IN ('id', 'user_id', 'expires_at', 'credential') ORDER BY ordinal_position",
		func(role string, row []string) (string, string) {
			what, typ := columns[role+" "+strings.ToLower(row[0])], row[1]
			if name, _, found := strings.Cut(typ, "("); found && strings.HasSuffix(name, "INT") && name != "TINYINT" {
				typ = name + typ[strings.Index(typ, ")")+1:] // MariaDB gives the width
			}
			if row[2] != "" {
				typ += " CHARACTER SET " + row[2] + " COLLATE " + row[3]
			}
			return "column type", what + ": " + typ
		}},
	{"SELECT IF(extra LIKE '%STORED%' OR extra LIKE '%PERSISTENT%', 'stored', 'virtual') FROM information_schema.columns " +
		"WHERE table_schema = DATABASE() AND table_name = ? AND COALESCE(LENGTH(generation_expression), 0) > 0",
		func(_ string, row []string) (string, string) { return "generated column", row[0] }},
	{"SELECT 'invisible' FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND extra LIKE '%INVISIBLE%'",
		func(_ string, row []string) (string, string) { return "column", row[0] }},
	{"SELECT DISTINCT IF(index_type = 'FULLTEXT', 'full text', IF(column_name IS NULL, IF(non_unique, 'of an expression', 'unique, of an expression'), IF(sub_part IS NULL, '', 'unique, of a prefix'))) " +
		"FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND (index_type = 'FULLTEXT' OR column_name IS NULL OR (NOT non_unique AND sub_part IS NOT NULL))",
		func(_ string, row []string) (string, string) { return "index", row[0] }},
	{"SELECT constraint_type FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = ? AND constraint_type = 'CHECK'",
		func(_ string, row []string) (string, string) { return "constraint", row[0] }},
	{"SELECT DISTINCT r.delete_rule FROM information_schema.referential_constraints AS r WHERE r.unique_constraint_schema = DATABASE() AND r.referenced_table_name = ? " +
		"AND NOT (r.constraint_schema = DATABASE() AND r.constraint_name LIKE '%_user_id_fkey')",
		func(role string, row []string) (string, string) {
			name := "of another table"
			if role == "sessions" {
				name += ", to sessions"
			}
			switch row[0] {
			case "CASCADE", "SET NULL":
				if role == "users" {
					name += ", " + row[0]
				}
			default:
				if role == "sessions" {
					name += ", RESTRICT"
				}
			}
			return "foreign key", name
		}},
	{"SELECT DISTINCT partition_method FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = ? AND partition_name IS NOT NULL",
		func(role string, row []string) (string, string) {
			method := strings.TrimSuffix(row[0], " COLUMNS")
			if method == "SYSTEM_TIME" {
				return "system versioning", "in partitions"
			}
			return "partition", "of " + role + ", by " + method
		}},
}
