package mysql

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// settings are what a server and a session on it are, as far as statements
// depend on it.
type settings struct {
	mariadb    bool
	autocommit bool
	maxPacket  int  // bytes of the longest statement
	cluster    bool // a node of a Galera cluster
	causal     bool // whose session waits for what other nodes have acknowledged
}

// The bits of wsrep_sync_wait for statements that read, that update or delete,
// and that insert.
const syncAll = 1 | 2 | 4

// ask reads the settings of a handle's sessions.
func ask(ctx context.Context, db *sql.DB) (settings, error) {
	// SHOW leaves out what a server does not have, where SELECT @@name fails.
	rows, err := db.QueryContext(ctx, "SHOW SESSION VARIABLES WHERE Variable_name IN "+
		"('version', 'autocommit', 'max_allowed_packet', 'wsrep_on', 'wsrep_sync_wait')")
	if err != nil {
		return settings{}, err
	}
	defer rows.Close()
	var s settings
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return settings{}, err
		}
		switch strings.ToLower(name) {
		case "version":
			s.mariadb = strings.Contains(value, "MariaDB")
		case "autocommit":
			s.autocommit = value == "ON"
		case "max_allowed_packet":
			s.maxPacket, _ = strconv.Atoi(value) // without it the server refuses by itself
		case "wsrep_on":
			s.cluster = value == "ON"
		case "wsrep_sync_wait":
			bits, _ := strconv.Atoi(value)
			s.causal = bits&syncAll == syncAll
		}
	}
	return s, rows.Err()
}
