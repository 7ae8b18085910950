package mutants

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

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
func asRows(a spec.Adapter, columns spec.Columns) rows { return inner{a, columns} }

// isRich reports whether the columns are those of the rich types.
func isRich(columns spec.Columns) bool {
	return len(columns.Sessions) > 0 && columns.Sessions[0].Name == "Device"
}

// inner is an adapter as rows.
type inner struct {
	spec.Adapter
	columns spec.Columns
}

// target is the destination of attributes. They stay in the form in which an adapter keeps
// them: decoding the JSON of each row and encoding it again would take a fifth of the tests'
// time.
type target struct {
	pointers []any
	values   []func() any // return what the pointers point to
}

func newTarget(columns []attr.Field) target {
	t := target{make([]any, len(columns)), make([]func() any, len(columns))}
	for i, c := range columns {
		t.pointers[i], t.values[i] = newVariable(c)
	}
	return t
}

// newVariable returns a pointer to a new variable for a stored value of a column, and a
// function that returns the value.
func newVariable(column attr.Field) (pointer any, value func() any) {
	switch column.Kind {
	case attr.Bool:
		return variableOf[bool](column.Nullable)
	case attr.Int:
		return variableOf[int64](column.Nullable)
	case attr.Float:
		return variableOf[float64](column.Nullable)
	case attr.Time:
		return variableOf[time.Time](column.Nullable)
	case attr.Bytes:
		p := new([]byte)
		return p, func() any {
			if *p == nil {
				return nil
			}
			return *p
		}
	}
	return variableOf[string](column.Nullable) // also of JSON
}

func variableOf[V any](nullable bool) (pointer any, value func() any) {
	if !nullable {
		p := new(V)
		return p, func() any { return *p }
	}
	p := new(*V)
	return p, func() any {
		if *p == nil {
			return nil
		}
		return **p
	}
}

// attributes returns the values that were read.
func (t target) attributes() []any {
	values := make([]any, len(t.values))
	for i, value := range t.values {
		values[i] = value()
	}
	return values
}

func schemaOf[T any]() *attr.Schema[T] {
	schema, _ := attr.SchemaOf[T]() // the suite's own types have schemas
	return schema
}

// encode returns attributes as the values of a row. decode does the reverse.
func encode[T any](attributes T) ([]any, error) {
	return spec.Values(schemaOf[T](), attributes, attr.All[T]())
}

func decode[T any](values []any) (attributes T, err error) {
	return attributes, attr.SetAll(schemaOf[T]().Pointers(&attributes), values)
}

func (i inner) User(ctx context.Context, id string) (spec.UserRow, error) {
	t := newTarget(i.columns.Users)
	row := spec.UserRow{Attributes: t.pointers}
	if err := i.Adapter.User(ctx, id, &row); err != nil {
		return spec.UserRow{}, err
	}
	return spec.UserWith(row, t.attributes()), nil
}

func (i inner) UserBy(ctx context.Context, place int, value any) (spec.UserRow, error) {
	finder, ok := spec.As[spec.UserFinder](i.Adapter)
	if !ok {
		return spec.UserRow{}, spec.ErrUnsupported
	}
	t := newTarget(i.columns.Users)
	row := spec.UserRow{Attributes: t.pointers}
	if err := finder.UserBy(ctx, place, value, &row); err != nil {
		return spec.UserRow{}, err
	}
	return spec.UserWith(row, t.attributes()), nil
}

func (i inner) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	t := newTarget(i.columns.Sessions)
	row := spec.SessionRow{Attributes: t.pointers}
	if err := i.Adapter.Session(ctx, id, &row); err != nil {
		return spec.SessionRow{}, err
	}
	return spec.SessionWith(row, t.attributes()), nil
}

func (i inner) SessionAndUser(ctx context.Context, id string) (session spec.SessionRow, user spec.UserRow, err error) {
	s, u := newTarget(i.columns.Sessions), newTarget(i.columns.Users)
	session.Attributes, user.Attributes = s.pointers, u.pointers
	if err := i.Adapter.SessionAndUser(ctx, id, &session, &user); err != nil {
		return spec.SessionRow{}, spec.UserRow{}, err
	}
	session = spec.SessionWith(session, s.attributes())
	if session.UserID == "" {
		return session, spec.UserRow{}, nil
	}
	return session, spec.UserWith(user, u.attributes()), nil
}

func (i inner) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	var targets []target
	var read []*spec.SessionRow
	err := i.Adapter.UserSessions(ctx, userID, func() *spec.SessionRow {
		t := newTarget(i.columns.Sessions)
		targets, read = append(targets, t), append(read, &spec.SessionRow{Attributes: t.pointers})
		return read[len(read)-1]
	})
	if err != nil {
		return nil, err
	}
	var list []spec.SessionRow
	for n, t := range targets {
		list = append(list, spec.SessionWith(*read[n], t.attributes()))
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
