//go:build cgo

package mattn_test

import (
	"errors"
	"testing"

	"github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"github.com/tenon-go/tenon/adapters/sqlite/drivertest"
)

func TestDriver(t *testing.T) {
	drivertest.Judge(t, drivertest.Driver{
		Name:      "sqlite3",
		Impatient: "_busy_timeout=100&_foreign_keys=1",
		Suite:     "_busy_timeout=10000&_journal_mode=WAL&_synchronous=OFF",
		IsError: func(err error) bool {
			_, ok := errors.AsType[sqlite3.Error](err)
			return ok
		},
	})
}
