package sqlite_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// New refuses a driver whose errors have only a text and no code.
func TestNewRefusesDriverWithoutCodes(t *testing.T) {
	t.Parallel()
	connector, err := modernc.NewConnector(file(t) + "?_pragma=busy_timeout(1000)")
	must(t, err)
	db := sql.OpenDB(faultdriver.Connector{Connector: connector, Exec: func(_ string, do func() (driver.Result, error)) (driver.Result, error) {
		result, err := do()
		if err != nil {
			err = errors.New(err.Error())
		}
		return result, err
	}})
	closeLater(t, db)
	_, err = sqlite.New[user, session](t.Context(), db)
	wantClass(t, err, spec.ErrInvalid)
	if err != nil && !strings.Contains(err.Error(), "driver cannot be read") {
		t.Errorf("the error does not say why: %v", err)
	}
}

// New accepts a read-only handle.
func TestNewOnHandleThatOnlyReads(t *testing.T) {
	t.Parallel()
	path := file(t)
	must(t, openFile(t, path).CreateUser(t.Context(), aUser("ann")))
	a, err := sqlite.New[user, session](t.Context(), openHandle(t, path+"?_pragma=busy_timeout(1000)&_pragma=query_only(1)"))
	must(t, err)
	_, err = a.User(t.Context(), "ann")
	must(t, err)
	wantClass(t, a.CreateUser(t.Context(), aUser("bob")), spec.ErrFailed)
}
