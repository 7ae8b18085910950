package postgres_test

import (
	"slices"

	"github.com/tenon-go/tenon/internal/environment"
)

// between are numbers between the smallest and the largest that say more.
var between = map[string][]string{
	"extra_float_digits":            {"-1", "0", "1", "2"},
	"temp_file_limit":               {"0"},
	"max_stack_depth":               {"7680"},
	"lock_timeout":                  {"1"},
	"post_auth_delay":               {"1"},
	"pre_auth_delay":                {"1"},
	"deadlock_timeout":              {"1000"},
	"max_connections":               {"30"},
	"max_wal_size":                  {"32"},
	"tcp_user_timeout":              {"1000"},
	"auto_explain.log_min_duration": {"0"},
}

// texts are the values of settings that are text, and of those whose type does
// not say what they take.
var texts = map[string][]string{
	"application_name":                 {"", "it's \"tenon\" \\ %s", "zoë"},
	"client_encoding":                  {"UTF8", "LATIN1", "SQL_ASCII", "EUC_JP", "unicode", "nothing"},
	"createrole_self_grant":            {"set, inherit"},
	"DateStyle":                        dateStyles(),
	"debug_discard_caches":             {"0", "1"},
	"default_table_access_method":      {"heap", "nothing"},
	"default_tablespace":               {"pg_default", "pg_global", "nothing"},
	"default_text_search_config":       {"pg_catalog.german", "nothing"},
	"default_toast_compression":        {"pglz", "lz4"},
	"lc_messages":                      {"", "C", "en_US.utf8", "nothing"},
	"lc_monetary":                      {"", "C", "en_US.utf8", "nothing"},
	"lc_numeric":                       {"", "C", "en_US.utf8", "nothing"},
	"lc_time":                          {"", "C", "en_US.utf8", "nothing"},
	"local_preload_libraries":          {"", "auto_explain", "nothing"},
	"session_preload_libraries":        {"", "auto_explain", "passwordcheck", "nothing"},
	"restrict_nonsystem_relation_kind": {"", "view, foreign-table"},
	"search_path":                      {"", "pg_catalog", "public", "nothing", "pg_temp, pg_catalog", "\"$user\""},
	"temp_tablespaces":                 {"", "pg_default", "nothing"},
	"TimeZone": {"UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Marquesas", "Pacific/Kiritimati", "Africa/Monrovia", "Europe/Amsterdam", "America/New_York",
		"Etc/GMT+12", "right/UTC", "<+14>-14", "<-0330>3:30", "EST5EDT", "-7.25", "nothing"},
	"timezone_abbreviations":   {"Default", "India", "Australia", "nothing"},
	"backtrace_functions":      {"", "errstart"},
	"dynamic_library_path":     {"$libdir", "/nothing"},
	"extension_control_path":   {"$system", "/nothing"},
	"wal_consistency_checking": {"", "all", "nothing"},
	"log_connections":          {"on", "off", "all", "receipt,authentication,authorization,setup_durations"},
	"output_plugin_libraries":  {"", "test_decoding"},

	"role":                   {"none", "pg_monitor", "nothing"},
	"session_authorization":  {"default", "nothing"},
	"seed":                   {"0.5"},
	"tenon.custom":           {"42"},
	"plpgsql.extra_errors":   {"none", "all"},
	"plpgsql.extra_warnings": {"none", "all"},

	// Of the server.
	"archive_cleanup_command": {"", "true"}, "archive_command": {"", "true", "false"}, "archive_library": {"", "basic_archive"},
	"bonjour_name": {"x"}, "cluster_name": {"", "tenon"}, "debug_io_direct": {"", "data", "wal"}, "event_source": {"x"},
	"jit_provider": {"llvmjit", "nothing"}, "recovery_target": {"", "immediate"}, "recovery_target_lsn": {"", "0/1"}, "recovery_target_name": {"", "x"},
	"recovery_target_time": {"", "2024-05-17 12:00:00"}, "recovery_target_timeline": {"latest", "current", "1"}, "recovery_target_xid": {"", "1"},
	"shared_preload_libraries": {"", "pg_stat_statements", "auto_explain", "pg_prewarm", "auth_delay", "passwordcheck, pg_stat_statements, auto_explain", "nothing"},
	"unix_socket_directories":  {"", "/tmp"}, "unix_socket_group": {"", "postgres"},
	"krb_server_keyfile": {"", "/nothing"}, "log_destination": {"stderr", "csvlog", "jsonlog", "syslog", "stderr,csvlog"}, "log_directory": {"log", "/tmp/log"},
	"log_filename": {"a.log"}, "log_line_prefix": {"", "%m [%p] %q%u@%d/%a "}, "log_timezone": {"UTC", "Asia/Kathmandu", "nothing"},
	"oauth_validator_libraries": {"", "nothing"}, "primary_conninfo": {"", "host=nothing"}, "primary_slot_name": {"", "slot"},
	"recovery_end_command": {"", "true"}, "restore_command": {"", "true"},
	"ssl_ciphers": {"HIGH:MEDIUM:+3DES:!aNULL", "nothing"}, "ssl_groups": {"prime256v1", "nothing"}, "ssl_passphrase_command": {"", "true"},
	"ssl_tls13_ciphers": {"", "TLS_AES_128_GCM_SHA256"}, "ssl_ecdh_curve": {"prime256v1", "nothing"},
	"ssl_ca_file": {"", "server.crt"}, "ssl_cert_file": {"server.crt", "nothing"}, "ssl_key_file": {"server.key", "nothing"},
	"ssl_crl_file": {"", "nothing"}, "ssl_crl_dir": {"", "nothing"}, "ssl_dh_params_file": {"", "nothing"},
	"synchronized_standby_slots": {"", "slot"}, "synchronous_standby_names": {"", "nothing", "ANY 1 (a, b)"}, "syslog_ident": {"x"},
}

// fewer are the values of settings with many in other ways than the first.
var fewer = map[string][]string{
	"client_encoding": {"LATIN1", "SQL_ASCII", "EUC_JP"},
	"DateStyle":       {"SQL, DMY", "German, DMY", "Postgres, MDY"},
	"TimeZone":        {"Asia/Kathmandu", "America/St_Johns", "Europe/Amsterdam"},
}

// dateStyles are all: how a date is written, and the order in which one is read.
func dateStyles() (all []string) {
	for _, style := range []string{"ISO", "SQL", "German", "Postgres"} {
		for _, order := range []string{"MDY", "DMY", "YMD"} {
			all = append(all, style+", "+order)
		}
	}
	return all
}

// lists are the settings that take a list of names, each quoted.
var lists = []string{"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries", "unix_socket_directories"}

// serverAlone are settings with which a server may not start.
var serverAlone = []string{
	"max_connections", "max_wal_senders", "huge_pages", "wal_level", "ssl", "ssl_cert_file", "ssl_key_file", "ssl_ca_file", "ssl_dh_params_file", "synchronous_standby_names",
	"restore_command", "primary_conninfo", "shared_preload_libraries", "archive_mode", "shared_memory_type", "dynamic_shared_memory_type", "io_method", "bonjour",
	"recovery_target", "recovery_target_lsn", "recovery_target_name", "recovery_target_time", "recovery_target_xid", "jit_provider", "archive_library",
}

// serverWith are lines of configuration without which a server does not start
// with a value.
var serverWith = map[string]string{
	"wal_level minimal":             "max_wal_senders = 0\n",
	"max_connections 1":             "superuser_reserved_connections = 0\n",
	"summarize_wal on":              "wal_level = replica\n",
	"archive_mode on":               "archive_command = 'true'\n",
	"archive_mode always":           "archive_command = 'true'\n",
	"archive_library basic_archive": "archive_mode = on\n",
}

// notRunReasons say why a setting is not tried, whatever its value.
var notRunReasons = map[string]string{
	"port":                       "the test reaches the server by it",
	"listen_addresses":           "the test reaches the server by it",
	"data_directory":             "says where the server's files are",
	"config_file":                "says where the server's files are",
	"hba_file":                   "says where the server's files are",
	"ident_file":                 "says where the server's files are",
	"external_pid_file":          "says where the server's files are",
	"post_auth_delay 2147":       "every connection would wait for 36 minutes",
	"pre_auth_delay 60":          "every connection would wait for a minute",
	"server_tls_sslmode require": "the server has no TLS, so that PgBouncer never reaches it, and clients wait",
	"zero_damaged_pages on":      "matters only where data are damaged, and destroys them",
	"ignore_checksum_failure on": "matters only where data are damaged",
}

// notRun says why a case is not tried; it is empty if it is.
func notRun(c environment.Case) string {
	for _, key := range []string{c.Name, c.Name + " " + c.Value} {
		if reason := notRunReasons[key]; reason != "" {
			return reason
		}
	}
	return ""
}

// isList reports whether a setting takes a list of names.
func isList(name string) bool { return slices.Contains(lists, name) }
