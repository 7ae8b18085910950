package mutants

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// rows is a store whose rows have their attributes as values, both to read and to write.
// Mutants alter it. [asRows] turns an adapter into rows, and [subject] turns rows into an
// adapter.
type rows interface {
	CreateUser(ctx context.Context, user spec.UserRow) error
	User(ctx context.Context, id string) (spec.UserRow, error)
	UserBy(ctx context.Context, place int, value any) (spec.UserRow, error)
	UpdateUser(ctx context.Context, id string, change spec.Change) error
	DeleteUser(ctx context.Context, id string) error
	SessionAndUser(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error)

	CreateSession(ctx context.Context, session spec.SessionRow) error
	Session(ctx context.Context, id string) (spec.SessionRow, error)
	UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error)
	UpdateSession(ctx context.Context, id string, change spec.Change) error
	SwapLease(ctx context.Context, id string, from, to spec.Lease) error
	DeleteSession(ctx context.Context, id string) error
	DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error)
	DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error)

	Describe(ctx context.Context) (spec.Description, error)
	Ping(ctx context.Context) error
	Close() error
	Unwrap() any // returns the adapter, for its optional interfaces
}

// opening opens the store of a mutant, for adapters of these columns.
type opening = func(t conformance.TB, s conformance.Store, columns spec.Columns) rows

// subject returns the subject for the stores that open returns.
func subject(open opening) conformance.Subject {
	return conformance.NewSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
		if t.Name() == "preflight" { // it would find some faults before a clause does
			return adapter{openHealthy(t, s, columns)}
		}
		return adapter{open(t, s, columns)}
	})
}

// adapter turns rows into an adapter.
type adapter struct{ rows }

// Unwrap lets spec.As find the optional interfaces of the rows or of their adapter.
func (a adapter) Unwrap() any { return a.rows }

func (a adapter) User(ctx context.Context, id string, into *spec.UserRow) error {
	user, err := a.rows.User(ctx, id)
	return fillUser(into, user, err)
}

func (a adapter) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	user, err := a.rows.UserBy(ctx, place, value)
	return fillUser(into, user, err)
}

func (a adapter) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	session, err := a.rows.Session(ctx, id)
	return fillSession(into, session, err)
}

func (a adapter) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	s, u, err := a.rows.SessionAndUser(ctx, id)
	if err := fillSession(session, s, err); err != nil {
		return err
	}
	return fillUser(user, u, nil)
}

func (a adapter) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	list, err := a.rows.UserSessions(ctx, userID)
	for _, session := range list {
		if err := fillSession(next(), session, nil); err != nil {
			return err
		}
	}
	return err
}

// fillUser sets the row of a user unless there is an error. fillSession does so for a
// session. The zero row has no attributes.
func fillUser(into *spec.UserRow, row spec.UserRow, err error) error {
	if err != nil || row.Attributes == nil {
		return err
	}
	into.ID = row.ID
	return attr.SetAll(into.Attributes, row.Attributes)
}

func fillSession(into *spec.SessionRow, row spec.SessionRow, err error) error {
	if err != nil || row.Attributes == nil {
		return err
	}
	pointers := into.Attributes
	*into = row
	into.Attributes = pointers
	return attr.SetAll(pointers, row.Attributes)
}

// asRows returns an adapter for these columns as rows.
func asRows(a spec.Adapter, columns spec.Columns) rows {
	user, session := targets(columns)
	return inner{a, user, session}
}

// targets returns functions that make targets for rows with these columns.
func targets(columns spec.Columns) (user, session func() target) {
	switch {
	case isRich(columns):
		return newTarget[richUser](), newTarget[richSession]()
	case len(columns.Sessions) > 0:
		return newTarget[nestedUser](), newTarget[nestedSession]()
	}
	return newTarget[struct{}](), newTarget[struct{}]()
}

// isRich reports whether the columns are those of the rich types.
func isRich(columns spec.Columns) bool {
	return len(columns.Sessions) > 0 && columns.Sessions[0].Name == "Device"
}

// inner is an adapter as rows.
type inner struct {
	spec.Adapter
	user, session func() target
}

// target is the destination of attributes.
type target struct {
	pointers []any
	values   func() ([]any, error) // returns the values that were read
}

// newTarget returns a function that makes targets of one type. It compiles the schema
// once, because doing so for each row would take a third of the tests' time.
func newTarget[T any]() func() target {
	schema := schemaOf[T]()
	all := attr.All[T]()
	return func() target {
		v := new(T)
		return target{schema.Pointers(v), func() ([]any, error) { return valuesOf(schema, *v, all) }}
	}
}

func schemaOf[T any]() *attr.Schema[T] {
	schema, _ := attr.SchemaOf[T]() // the suite's own types have schemas
	return schema
}

// encode returns attributes as the values of a row. decode does the reverse.
func encode[T any](attributes T) ([]any, error) {
	return valuesOf(schemaOf[T](), attributes, attr.All[T]())
}

func valuesOf[T any](schema *attr.Schema[T], attributes T, mask attr.Mask[T]) ([]any, error) {
	values, err := spec.Values(schema, attributes, mask)
	if values == nil {
		values = []any{}
	}
	return values, err
}

func decode[T any](values []any) (attributes T, err error) {
	return attributes, attr.SetAll(schemaOf[T]().Pointers(&attributes), values)
}

func (i inner) User(ctx context.Context, id string) (spec.UserRow, error) {
	t := i.user()
	row := spec.UserRow{Attributes: t.pointers}
	if err := i.Adapter.User(ctx, id, &row); err != nil {
		return spec.UserRow{}, err
	}
	return t.userRow(row)
}

func (t target) userRow(row spec.UserRow) (spec.UserRow, error) {
	values, err := t.values()
	return spec.UserWith(row, values), err
}

func (t target) sessionRow(row spec.SessionRow) (spec.SessionRow, error) {
	values, err := t.values()
	return spec.SessionWith(row, values), err
}

func (i inner) UserBy(ctx context.Context, place int, value any) (spec.UserRow, error) {
	finder, ok := spec.As[spec.UserFinder](i.Adapter)
	if !ok {
		return spec.UserRow{}, spec.ErrUnsupported
	}
	t := i.user()
	row := spec.UserRow{Attributes: t.pointers}
	if err := finder.UserBy(ctx, place, value, &row); err != nil {
		return spec.UserRow{}, err
	}
	return t.userRow(row)
}

func (i inner) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	t := i.session()
	row := spec.SessionRow{Attributes: t.pointers}
	if err := i.Adapter.Session(ctx, id, &row); err != nil {
		return spec.SessionRow{}, err
	}
	return t.sessionRow(row)
}

func (i inner) SessionAndUser(ctx context.Context, id string) (session spec.SessionRow, user spec.UserRow, err error) {
	s, u := i.session(), i.user()
	session.Attributes, user.Attributes = s.pointers, u.pointers
	if err := i.Adapter.SessionAndUser(ctx, id, &session, &user); err != nil {
		return spec.SessionRow{}, spec.UserRow{}, err
	}
	if session, err = s.sessionRow(session); err != nil || session.UserID == "" {
		return session, spec.UserRow{}, err
	}
	user, err = u.userRow(user)
	return session, user, err
}

func (i inner) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	var targets []target
	var read []*spec.SessionRow
	err := i.Adapter.UserSessions(ctx, userID, func() *spec.SessionRow {
		t := i.session()
		targets, read = append(targets, t), append(read, &spec.SessionRow{Attributes: t.pointers})
		return read[len(read)-1]
	})
	if err != nil {
		return nil, err
	}
	var list []spec.SessionRow
	for n, t := range targets {
		row, err := t.sessionRow(*read[n])
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	// Sort like the front, because mutants can change the order.
	slices.SortFunc(list, func(a, b spec.SessionRow) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (i inner) Describe(ctx context.Context) (spec.Description, error) {
	d, ok := spec.As[spec.Describer](i.Adapter)
	if !ok {
		return spec.Description{}, spec.ErrUnsupported
	}
	return d.Describe(ctx)
}

func (i inner) Ping(ctx context.Context) error {
	p, ok := spec.As[spec.Pinger](i.Adapter)
	if !ok {
		return spec.ErrUnsupported
	}
	return p.Ping(ctx)
}

func (i inner) Close() error {
	c, ok := spec.As[io.Closer](i.Adapter)
	if !ok {
		return nil
	}
	return c.Close()
}

// Unwrap returns the adapter.
func (i inner) Unwrap() any { return i.Adapter }
