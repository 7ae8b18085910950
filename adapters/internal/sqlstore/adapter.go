package sqlstore

import (
	"io"

	"github.com/tenon-go/tenon/spec"
)

// Adapter keeps users and sessions in two tables, or sessions alone in one.
type Adapter struct {
	*store
	users      *table // nil for sessions alone
	sessions   *table
	statements statements

	ofUser             []spec.Column[spec.UserRow] // the own columns, as the tables have them first
	ofSession, ofLease []spec.Column[spec.SessionRow]
}

var _ interface {
	spec.Adapter
	spec.UserFinder
	spec.UserIDs
	spec.Migrator
	spec.Pinger
	spec.Describer
	io.Closer
} = (*Adapter)(nil)
