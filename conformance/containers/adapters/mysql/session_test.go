package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestManager(t *testing.T) {
	_, options := drivers.MySQL(allServers()[0].start(t), drivers.MySQLVariation{})
	servertest.Manager(t, options, drivers.OpenMySQL)
}

func TestOutage(t *testing.T) {
	_, options := drivers.MySQL(allServers()[0].start(t), drivers.MySQLVariation{})
	servertest.Outage(t, options, drivers.OpenMySQL)
}
