package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"strconv"
	"strings"
)

// settings are the properties of a server and a session that statements depend on.
type settings struct {
	mariadb   bool
	maxPacket int    // size of the longest statement; 0 if the server itself refuses longer ones
	charset   string // character set in which the server expects statements; empty for UTF-8
	cluster   bool   // the server is a node of a Galera cluster
	causal    bool   // reads in the session wait for writes that other nodes have acknowledged
	ours      bool   // the session is one of the connector: see facts.pinStatement
	problem   string // why results in such sessions would be wrong; empty if they are right
}

// The bits of wsrep_sync_wait for statements that read or begin a transaction,
// that update or delete, and that insert.
const (
	syncReads = 1
	syncAll   = syncReads | 2 | 4
)

// ask reads the settings of a handle's sessions.
func ask(ctx context.Context, db *sql.DB) (settings, error) {
	// SHOW omits variables that the server does not have, for which SELECT @@name fails.
	rows, err := db.QueryContext(ctx, "SHOW SESSION VARIABLES WHERE Variable_name IN "+
		"('version', 'autocommit', 'max_allowed_packet', 'character_set_client', 'character_set_connection', 'character_set_results', "+
		"'sql_select_limit', 'sql_mode', 'transaction_isolation', 'tx_isolation', 'system_versioning_asof', "+
		"'wsrep_on', 'wsrep_sync_wait')")
	if err != nil {
		return settings{}, err
	}
	defer rows.Close()
	variables := make(map[string]string)
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return settings{}, err
		}
		variables[strings.ToLower(name)] = value
	}
	bits, _ := strconv.Atoi(variables["wsrep_sync_wait"])
	s := settings{
		mariadb: strings.Contains(variables["version"], "MariaDB"),
		charset: variables["character_set_client"],
		cluster: variables["wsrep_on"] == "ON",
		causal:  bits&syncReads != 0,
		problem: sessionProblem(variables),
	}
	s.maxPacket, _ = strconv.Atoi(variables["max_allowed_packet"])
	return s, rows.Err()
}

// sessionProblem returns why results would be wrong in sessions with these variables, or "". It
// checks those that a statement cannot set for itself, or should not have to.
func sessionProblem(variables map[string]string) string {
	isolation := cmp.Or(variables["transaction_isolation"], variables["tx_isolation"]) // MariaDB before 11.1 has the latter
	switch {
	case variables["sql_select_limit"] != strconv.FormatUint(math.MaxUint64, 10): // checked first, because it truncates the list of the others
		return "the session has a sql_select_limit: it would cut lists short, or find nothing"
	case variables["autocommit"] != "ON":
		return "the session has autocommit off: its writes would never be committed"
	case isolation == "READ-UNCOMMITTED":
		return "the session's transaction_isolation is READ-UNCOMMITTED: it would read what is never committed"
	case variables["system_versioning_asof"] != "" && variables["system_versioning_asof"] != "DEFAULT":
		return "the session has a system_versioning_asof: it would read the past"
	case notASCII[variables["character_set_client"]], notASCII[variables["character_set_results"]]:
		return "the session's character set is sjis or swe7, in which not every ASCII character is itself: it must be utf8mb4"
	case strings.Contains(variables["version"], "MariaDB") && wide[variables["character_set_connection"]]:
		return "the session's character_set_connection is utf16, utf32 or ucs2, in which MariaDB reads no path of JSON: it must be utf8mb4"
	case strings.Contains(variables["sql_mode"], "PAD_CHAR_TO_FULL_LENGTH"):
		return "the session's sql_mode has PAD_CHAR_TO_FULL_LENGTH: ids in CHAR columns would not be found"
	}
	return ""
}

// wide are the character sets in which every character has more than one byte.
var wide = map[string]bool{"utf16": true, "utf16le": true, "utf32": true, "ucs2": true}

// notASCII are the character sets that change a name of ASCII characters when it is sent
// or read from the catalog.
var notASCII = map[string]bool{"sjis": true, "swe7": true}
