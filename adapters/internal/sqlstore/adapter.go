package sqlstore

import (
	"io"

	"github.com/tenon-go/tenon/spec"
)

// Adapter keeps users and sessions in two tables, or only sessions in one.
type Adapter struct {
	*store
	users      *table // nil if the adapter keeps only sessions
	sessions   *table
	statements statements

	ofUser             []spec.Column[spec.UserRow] // the columns of users that do not depend on attributes, which come first in the table
	ofSession, ofLease []spec.Column[spec.SessionRow]
}

// Calls are the methods of an adapter.
type Calls interface {
	spec.Adapter
	spec.UserFinder
	spec.UserIDs
	spec.Migrator
	spec.Pinger
	spec.Describer
	io.Closer
}

var _ Calls = (*Adapter)(nil)
