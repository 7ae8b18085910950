package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestServersArePrivate(t *testing.T) {
	t.Parallel()
	for variable, server := range map[string]*containers.Server{
		containers.MySQLDSN: allServers()[0].start(t), containers.MariaDBDSN: servers.MariaDB(t, containers.MySQLOptions{}),
	} {
		t.Run(server.Engine, func(t *testing.T) { servertest.NeedsPassword(t, variable, "mysql", server.DSN) })
	}
}
