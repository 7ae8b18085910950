package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

func TestManager(t *testing.T) {
	_, options := subjects.MySQL(allServers()[0].start(t), subjects.MySQLVariation{})
	servertest.Manager(t, options, subjects.OpenMySQL)
}

func TestOutage(t *testing.T) {
	_, options := subjects.MySQL(allServers()[0].start(t), subjects.MySQLVariation{})
	servertest.Outage(t, options, subjects.OpenMySQL)
}
