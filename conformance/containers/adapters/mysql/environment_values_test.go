package mysql_test

import (
	"regexp"
	"slices"

	"github.com/tenon-go/tenon/internal/environment"
)

// enums are the values of MySQL's enumerations and sets, which it does not list.
var enums = map[string][]string{
	"binlog_checksum":                 {"NONE", "CRC32"},
	"binlog_error_action":             {"IGNORE_ERROR", "ABORT_SERVER"},
	"binlog_format":                   {"MIXED", "STATEMENT", "ROW"},
	"binlog_row_image":                {"MINIMAL", "NOBLOB", "FULL"},
	"binlog_row_metadata":             {"MINIMAL", "FULL"},
	"binlog_row_value_options":        {"PARTIAL_JSON"},
	"block_encryption_mode":           {"aes-128-ecb", "aes-256-ecb", "aes-128-cbc", "aes-256-cfb128", "aes-256-ofb"},
	"completion_type":                 {"NO_CHAIN", "CHAIN", "RELEASE"},
	"concurrent_insert":               {"NEVER", "AUTO", "ALWAYS"},
	"delay_key_write":                 {"ON", "OFF", "ALL"},
	"event_scheduler":                 {"ON", "OFF"},
	"explain_format":                  {"TRADITIONAL", "TREE", "JSON"},
	"group_replication_consistency":   {"EVENTUAL", "BEFORE_ON_PRIMARY_FAILOVER", "BEFORE", "AFTER", "BEFORE_AND_AFTER"},
	"gtid_mode":                       {"OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"},
	"internal_tmp_mem_storage_engine": {"MEMORY", "TempTable"},
	"log_output":                      {"NONE", "FILE", "TABLE"},
	"log_timestamps":                  {"UTC", "SYSTEM"},
	"optimizer_switch": {"index_merge", "index_merge_union", "index_merge_sort_union", "index_merge_intersection",
		"engine_condition_pushdown", "index_condition_pushdown", "mrr", "mrr_cost_based", "block_nested_loop",
		"batched_key_access", "materialization", "semijoin", "loosescan", "firstmatch", "duplicateweedout",
		"subquery_materialization_cost_based", "use_index_extensions", "condition_fanout_filter", "derived_merge",
		"use_invisible_indexes", "skip_scan", "hash_join", "subquery_to_derived", "prefer_ordering_index",
		"hypergraph_optimizer", "derived_condition_pushdown", "hash_set_operations"},
	"optimizer_trace":                {"enabled=on", "enabled=off", "one_line=on"},
	"optimizer_trace_features":       {"greedy_search=off", "range_optimizer=off", "dynamic_range=off", "repeated_subselect=off"},
	"rbr_exec_mode":                  {"STRICT", "IDEMPOTENT"},
	"replica_exec_mode":              {"STRICT", "IDEMPOTENT"},
	"replica_type_conversions":       {"ALL_LOSSY", "ALL_NON_LOSSY", "ALL_SIGNED", "ALL_UNSIGNED"},
	"resultset_metadata":             {"FULL", "NONE"},
	"session_track_gtids":            {"OFF", "OWN_GTID", "ALL_GTIDS"},
	"session_track_transaction_info": {"OFF", "STATE", "CHARACTERISTICS"},
	"slave_exec_mode":                {"STRICT", "IDEMPOTENT"},
	"slave_type_conversions":         {"ALL_LOSSY", "ALL_NON_LOSSY", "ALL_SIGNED", "ALL_UNSIGNED"},
	"sql_mode": {"REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ONLY_FULL_GROUP_BY", "NO_UNSIGNED_SUBTRACTION",
		"NO_DIR_IN_CREATE", "ANSI", "NO_AUTO_VALUE_ON_ZERO", "NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES",
		"NO_ZERO_IN_DATE", "NO_ZERO_DATE", "ALLOW_INVALID_DATES", "ERROR_FOR_DIVISION_BY_ZERO", "TRADITIONAL",
		"HIGH_NOT_PRECEDENCE", "NO_ENGINE_SUBSTITUTION", "PAD_CHAR_TO_FULL_LENGTH", "TIME_TRUNCATE_FRACTIONAL"},
	"ssl_fips_mode":              {"OFF", "ON", "STRICT"},
	"terminology_use_previous":   {"NONE", "BEFORE_8_0_26", "BEFORE_8_2_0"},
	"thread_handling":            {"one-thread-per-connection", "no-threads"},
	"transaction_isolation":      {"READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"},
	"updatable_views_with_limit": {"OFF", "ON", "NO", "YES"},
	"use_secondary_engine":       {"OFF", "ON", "FORCED"},
}

// setNames are the variables with the name of a character set and the like.
var setNames = map[string]string{
	"character_set_client": "character sets", "character_set_connection": "character sets", "character_set_results": "character sets",
	"character_set_database": "character sets", "character_set_server": "character sets", "character_set_filesystem": "character sets",
	"collation_connection": "collations", "collation_database": "collations", "collation_server": "collations",
	"default_storage_engine": "engines", "default_tmp_storage_engine": "engines", "storage_engine": "engines", "enforce_storage_engine": "engines",
}

// more are values of some variables, besides those of their types.
var more = map[string][]string{
	"autocommit":                     {"0"},
	"binlog_commit_wait_usec":        {"100"},
	"binlog_group_commit_sync_delay": {"100"},
	"character_set_collations":       {"utf8mb4=uca1400_ai_ci", "utf8mb4=utf8mb4_bin"},
	"character_set_results":          {"NULL"},
	"default_collation_for_utf8mb4":  {"utf8mb4_general_ci", "utf8mb4_0900_ai_ci"},
	"gtid_next":                      {"AUTOMATIC", "ANONYMOUS", "3E11FA47-71CA-11E1-9E33-C80AA9429562:23"},
	"init_connect":                   {"SET @a = 1"},
	"insert_id":                      {"17"},
	"join_buffer_size":               {"128"},
	"last_insert_id":                 {"1", "2", "3"},
	"identity":                       {"1", "2", "3"},
	"lc_messages":                    {"de_DE", "ja_JP", "fr_FR"},
	"lc_time_names":                  {"de_DE", "ar_SA"},
	"max_allowed_packet":             {"4096", "16384"},
	"max_execution_time":             {"1"},
	"max_join_size":                  {"1", "10"},
	"max_session_mem_used":           {"65536", "200000"},
	"connection_memory_limit":        {"2097152"},
	"max_statement_time":             {"0.000001", "0.001", "1"},
	"myisam_stats_method":            {"nulls_equal", "nulls_unequal", "nulls_ignored"},
	"old_mode":                       {"UTF8_IS_UTF8MB3"},
	"pseudo_thread_id":               {"1"},
	"redirect_url":                   {"mysql://127.0.0.1:1"},
	"session_track_system_variables": {"*", "", "sql_mode"},
	"sql_mode":                       {"", "ORACLE", "MSSQL", "DB2", "ANSI", "TRADITIONAL"},
	"sql_select_limit":               {"0", "1", "1000"},
	"system_versioning_asof":         {"2020-01-01 00:00:00", "2100-01-01 00:00:00", "ALL", "DEFAULT"},
	"time_zone":                      {"SYSTEM", "+00:00", "-11:59", "+14:00", "America/St_Johns"},
	"timestamp":                      {"1", "1700000000.5"},
	"tx_isolation":                   {"READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"},
}

// alone are the variables that are expected to matter, some with one of their
// values: each is tried alone.
var alone = []string{
	"autocommit", "big_tables", "binlog_format", "character_set_client=sjis", "character_set_client=swe7", "character_set_client=ucs2",
	"character_set_client=utf16", "character_set_client=utf16le", "character_set_client=utf32",
	"character_set_results=sjis", "character_set_results=swe7", "completion_type",
	"connection_memory_limit", "enforce_storage_engine", "event_scheduler", "foreign_key_checks", "gtid_next", "identity", "idle_transaction_timeout",
	"init_connect", "insert_id", "interactive_timeout", "last_insert_id", "lock_wait_timeout", "innodb_lock_wait_timeout",
	"max_allowed_packet", "max_connections", "max_execution_time", "max_join_size", "max_session_mem_used", "max_statement_time", "max_user_connections",
	"net_buffer_length", "net_read_timeout", "net_write_timeout", "offline_mode", "old_mode", "pseudo_replica_mode", "pseudo_slave_mode",
	"pseudo_thread_id", "read_only", "require_secure_transport", "resultset_metadata", "sql_big_selects", "sql_generate_invisible_primary_key",
	"sql_log_bin", "sql_mode", "sql_require_primary_key", "sql_safe_updates", "sql_select_limit", "super_read_only", "system_versioning_asof", "table_encryption_privilege_check",
	"time_zone", "timestamp", "transaction_isolation", "transaction_read_only", "tx_isolation", "tx_read_only", "unique_checks", "wait_timeout",
	"wsrep_on", "wsrep_osu_method", "wsrep_sync_wait", "gtid_mode", "enforce_gtid_consistency",
	// What a server of its own is started with.
	"innodb_page_size", "innodb_read_only", "innodb_force_recovery", "lower_case_table_names", "skip_grant_tables", "skip_name_resolve",
	"innodb_undo_tablespaces", "innodb_data_file_path", "innodb_buffer_pool_chunk_size", "log_bin", "thread_handling", "disabled_storage_engines", "innodb_flush_method",
}

// told are MySQL's variables that say what the server is, and that nothing sets.
var told = []string{
	"build_id", "character_set_system", "core_file", "external_user", "gtid_executed", "gtid_owned", "have_compress", "have_dynamic_loading",
	"have_geometry", "have_profiling", "have_query_cache", "have_rtree_keys", "have_statement_timeout", "have_symlink", "hostname",
	"innodb_version", "large_files_support", "large_page_size", "license", "locked_in_memory", "log_bin_basename", "log_bin_index",
	"lower_case_file_system", "protocol_version", "proxy_user", "relay_log_basename", "relay_log_index", "server_uuid",
	"statement_id", "system_time_zone", "version", "version_comment", "version_compile_machine", "version_compile_os",
	"version_compile_zlib", "warning_count", "error_count", "rand_seed1",
}

// atConnect are the variables that are also set by init_connect, whose values are then those
// of the session, as they are by the data source name.
var atConnect = []string{
	"autocommit", "completion_type", "foreign_key_checks", "max_join_size", "sql_mode", "sql_safe_updates", "sql_select_limit",
	"transaction_isolation", "transaction_read_only", "tx_isolation", "tx_read_only", "system_versioning_asof", "time_zone",
}

// untried are the settings that are not tried, by "kind name=value", and why.
var untried = []struct {
	match  *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`^configuration \S*(dir|_path|_file|file|_home_dir|_dir_path|directories|socket|_cert|_key|_ca|_capath|_crl|_crlpath|basename|log_error|_filename)=`),
		"it is a path on the server's machine"},
	{regexp.MustCompile(`^configuration (port|admin_port|admin_address|extra_port|mysqlx_\S*|bind_address|report_\S*|skip_networking|named_pipe|shared_memory\S*|create_admin_listener_thread|protocol_compression_algorithms)=`),
		"it says how the server is reached"},
	{regexp.MustCompile(`^configuration (wsrep_\S*|replicate_\S*|relay_\S*|slave_\S*|replica_\S*|init_replica|init_slave|log_slave_updates|log_replica_updates|group_replication\S*)=`),
		"it is about a replica, or a member of a cluster"},
	{regexp.MustCompile(`^configuration (large_pages|innodb_numa_interleave|core_file|super_large_pages|locked_in_memory|open_files_limit|memlock|tls_\S*|ssl_\S*|admin_\S*)=`),
		"it needs the machine's hardware, its limits, or keys"},
	{regexp.MustCompile(`^(configuration|global) \S*(keyring|encrypt)\S*=(1|ON|FORCE)$`), "it needs a plugin with keys"},
	{regexp.MustCompile(`^global (innodb_buffer_pool_size|innodb_redo_log_capacity|key_buffer_size|innodb_log_file_size|aria_pagecache_buffer_size|innodb_log_buffer_size|query_cache_size|table_definition_cache|table_open_cache|host_cache_size|innodb_buffer_pool_instances|thread_pool_size|max_prepared_stmt_count|stored_program_cache|stored_program_definition_cache|tablespace_definition_cache|temptable_max_ram|thread_cache_size|max_connections|thread_pool_max_threads|innodb_io_capacity_max|schema_definition_cache)=\d{4,}$`),
		"its largest value takes all of the machine's memory or disk"},
	{regexp.MustCompile(`^global (wsrep_\S*|group_replication_\S*|replicate_\S*|rpl_semi_sync\S*|gtid_\S*|slave_\S*|replica_\S*|sync_\S*info|relay_\S*|init_slave|init_replica|default_master_connection|sql_replica_skip_counter|sql_slave_skip_counter)=`),
		"it is about a replica, or a member of a cluster: Galera has a test of its own"},
	{regexp.MustCompile(`^global (binlog_group_commit_sync_delay|binlog_group_commit_sync_no_delay_count|binlog_commit_wait_count|binlog_commit_wait_usec|innodb_replication_delay|innodb_thread_sleep_delay|innodb_max_purge_lag_delay|innodb_sync_spin_loops|innodb_spin_wait_delay)=\d{5,}$`),
		"its largest value makes each commit wait"},
	{regexp.MustCompile(`^(session|global) (innodb_trx_purge_view_update_only_debug|innodb_ft_aux_table|innodb_disable_resize_buffer_pool_debug|debug\S*|innodb_\S*_debug)=`),
		"it is for the server's developers"},
	{regexp.MustCompile(`^global \S*(_file|_path|_dir|tmpdir|filename)=`), "it is a path on the server's machine"},
	{regexp.MustCompile(`^global (ssl_\S*|tls_\S*|admin_\S*|mandatory_roles|authentication_policy|require_secure_transport|caching_sha2\S*|mysqlx_\S*|proxy_protocol_networks|redirect_url)=`),
		"it says how clients reach the server, or need keys"},
	{regexp.MustCompile(`^session (wsrep_\S*|group_replication_\S*)=`), "it is about a member of a cluster: Galera has a test of its own"},
	{regexp.MustCompile(`^global (innodb_fast_shutdown|innodb_monitor_\S*|binlog_error_action|innodb_log_checkpoint_now|innodb_buf_flush_list_now|innodb_buffer_pool_\S*_now|innodb_buffer_pool_load_abort|innodb_fil_make_page_dirty_debug)=`),
		"it is an action, or is about the server's end"},
}

// notRun says why a case is not tried, or is empty.
func notRun(c environment.Case) string {
	text := c.Kind + " " + c.Name + "=" + c.Value
	i := slices.IndexFunc(untried, func(u struct {
		match  *regexp.Regexp
		reason string
	}) bool {
		return u.match.MatchString(text)
	})
	if i < 0 {
		return ""
	}
	return untried[i].reason
}
