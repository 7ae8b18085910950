package ncruces_test

import (
	"errors"
	"testing"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // the driver "sqlite3"

	"github.com/tenon-go/tenon/adapters/sqlite/drivertest"
)

func TestDriver(t *testing.T) {
	drivertest.Judge(t, drivertest.Driver{
		Name:      "sqlite3",
		Impatient: "_pragma=busy_timeout(100)&_pragma=foreign_keys(1)",
		Suite:     "_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)",
		IsError: func(err error) bool {
			_, full := errors.AsType[*sqlite3.Error](err)
			_, code := errors.AsType[sqlite3.ExtendedErrorCode](err)
			return full || code
		},
	})
}
