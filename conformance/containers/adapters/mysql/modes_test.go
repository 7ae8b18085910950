package mysql_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// modes are settings of a session that change the meaning of a statement or the format of
// its answer. A setting that only one engine has names the engine.
var modes = []struct{ engine, parameters string }{
	{"", "sql_mode='ANSI,HIGH_NOT_PRECEDENCE,NO_BACKSLASH_ESCAPES,NO_UNSIGNED_SUBTRACTION'"}, // ANSI_QUOTES, PIPES_AS_CONCAT, IGNORE_SPACE and more
	{"", "sql_mode='TRADITIONAL,NO_DIR_IN_CREATE,NO_ENGINE_SUBSTITUTION'"},
	{"mariadb", "sql_mode='ORACLE'"},
	{"mariadb", "sql_mode='MSSQL'"},
	{"mariadb", "sql_mode='EMPTY_STRING_IS_NULL'"},
	{"mariadb", "sql_mode='DB2,MAXDB,SIMULTANEOUS_ASSIGNMENT,TIME_ROUND_FRACTIONAL'"},
	{"", "columnsWithAlias=true"},
	{"mysql", "character_set_connection=utf16"},
	{"mysql", "charset=binary"},
	{"", "character_set_client=gbk&character_set_connection=latin1&character_set_results=NULL"},
	{"", "collation_connection=utf8mb4_bin&sql_safe_updates=1&sql_auto_is_null=1&group_concat_max_len=4&div_precision_increment=0" +
		"&max_sort_length=64&low_priority_updates=1&insert_id=17&lc_time_names='de_DE'&time_zone='-11:59'"},
}

// Migrate, Check and a short program of every call work in each mode.
func TestModes(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		if s.name == "mariadb_10.11" {
			return // MariaDB 11.8 has the same modes
		}
		for _, mode := range modes {
			if !strings.HasPrefix(s.name, mode.engine) {
				continue
			}
			t.Run(mode.parameters, func(t *testing.T) {
				t.Parallel()
				parameters, err := url.ParseQuery(mode.parameters)
				servertest.OK(t, err)
				servertest.Works(t, newPlace(t, s, parameters).openPlain())
			})
		}
	})
}
