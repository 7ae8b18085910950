package sqlstore

import (
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/spec/attr"
)

// The statements that read and write rows. In braces:
//
//	{users} {sessions}                  the tables
//	{users.columns} {sessions.columns}  their columns, as u.… and s.… to read
//	{users.into} {sessions.into}        their columns, to insert into
//	{users.values} {sessions.values}    a parameter for each
//	{text} {time}                       a parameter of this kind
//	{userid}                            a parameter for the id of a user
//	{overriding}                        Dialect.Overriding
//	{list}                              a query for the strings in a JSON array, a parameter
//	{lease.columns}                     the columns of the lease, as s.… to read
//	{lease.set}                         the same, each with a parameter, to set
//	{held}                              the condition that a row has a lease, a parameter for each
//	{dual} {share}                      the fields of the dialect
//
// If the adapter keeps only sessions, statements that mention {users} are composed but never
// run.
//
// Attributes are read as u.… and s.… because SQLite treats an unknown quoted name as a
// string unless it is qualified.
const (
	insertUser   = `INSERT INTO {users} ({users.into}) {overriding}VALUES ({users.values})`
	selectUser   = `SELECT {users.columns} FROM {users} AS u WHERE u.id = {userid}`
	selectUserBy = `SELECT {users.columns} FROM {users} AS u WHERE u.{column} = {value}`
	findUser     = `SELECT 1 FROM {users} WHERE id = {userid}`
	deleteUser   = `DELETE FROM {users} WHERE id = {userid}`

	insertSession = `INSERT INTO {sessions} ({sessions.into}) VALUES ({sessions.values})`
	// For engines that do not always enforce the foreign key.
	insertSessionOfUser = `INSERT INTO {sessions} ({sessions.into}) SELECT {sessions.values} ` +
		`{dual}WHERE EXISTS (SELECT 1 FROM {users} WHERE id = {userid}{share})`
	selectSession        = `SELECT {sessions.columns} FROM {sessions} AS s WHERE s.id = {text}`
	findSession          = `SELECT 1 FROM {sessions} WHERE id = {text}`
	selectSessionAndUser = `SELECT {sessions.columns}, {users.columns} FROM {sessions} AS s ` +
		`LEFT JOIN {users} AS u ON u.id = s.user_id WHERE s.id = {text}`
	selectUserSessions = `SELECT {sessions.columns} FROM {sessions} AS s WHERE s.user_id = {userid}`
	deleteSession      = `DELETE FROM {sessions} WHERE id = {text}`
	deleteUserSessions = `DELETE FROM {sessions} WHERE user_id = {userid}`
	// The list is one parameter, so the statement is the same for any number of ids.
	deleteUserSessionsExcept = `DELETE FROM {sessions} WHERE user_id = {userid} AND id NOT IN ({list})`
	findUserSessionsExcept   = `SELECT 1 FROM {sessions} WHERE user_id = {userid} AND id NOT IN ({list})`

	selectLease = `SELECT {lease.columns} FROM {sessions} AS s WHERE s.id = {text}`
	swapLease   = `UPDATE {sessions} SET {lease.set} WHERE id = {text} AND {held}`

	// A sweep has the condition twice, because a session must not be deleted if it was
	// renewed after the inner query read it.
	expired          = `SELECT id FROM {sessions} WHERE expires_at <= {time} ORDER BY expires_at`
	expiredFrom      = `SELECT id FROM {sessions} WHERE expires_at >= {time} AND expires_at <= {time} ORDER BY expires_at`
	expiredOfUser    = `SELECT id FROM {sessions} WHERE expires_at <= {time} AND user_id = {userid} ORDER BY expires_at`
	deleteTheExpired = `DELETE FROM {sessions} WHERE id %s AND expires_at <= {time}`
	// If DELETE accepts a LIMIT, no query for the ids is needed.
	deleteExpired       = `DELETE FROM {sessions} WHERE expires_at <= {time} ORDER BY expires_at`
	deleteExpiredFrom   = `DELETE FROM {sessions} WHERE expires_at >= {time} AND expires_at <= {time} ORDER BY expires_at`
	deleteExpiredOfUser = `DELETE FROM {sessions} WHERE expires_at <= {time} AND user_id = {userid} ORDER BY expires_at`
	selectExpired       = `SELECT expires_at FROM {sessions} WHERE expires_at <= {time} ORDER BY expires_at LIMIT 1`
)

// composer composes statements from templates.
type composer struct {
	dialect *Dialect
	values  *strings.Replacer
	names   []string // as for strings.NewReplacer
}

func newComposer(users, sessions *table) composer {
	d := sessions.dialect
	values := []string{
		"{text}", d.param(attr.String), "{time}", d.param(attr.Time),
		"{userid}", d.param(sessions.owners.Kind), "{list}", d.List, "{overriding}", d.Overriding,
		"{dual}", d.Dual, "{share}", d.Share,
	}
	var set, columns []string
	for _, c := range sessions.columns {
		if c.inLease {
			columns, set = append(columns, d.selected(c.Kind, "s."+c.Name)), append(set, c.Name+" = "+d.param(c.Kind))
		}
	}
	values = append(values, "{lease.columns}", strings.Join(columns, ", "), "{lease.set}", strings.Join(set, ", "),
		"{held}", d.noteOutcome(strings.Join(set, " AND ")))
	var names []string
	add := func(t *table, of, alias string) {
		var columns, into, params []string
		for _, c := range t.columns {
			name := t.column(c)
			columns = append(columns, d.selected(c.Kind, alias+"."+name))
			into, params = append(into, name), append(params, d.param(c.Kind))
		}
		values = append(values, "{"+of+".values}", strings.Join(params, ", "))
		names = append(names,
			"{"+of+"}", d.qualify(t.name),
			"{"+of+".columns}", strings.Join(columns, ", "),
			"{"+of+".into}", strings.Join(into, ", "))
	}
	add(sessions, "sessions", "s")
	if users != nil {
		add(users, "users", "u")
	}
	return composer{dialect: d, values: strings.NewReplacer(values...), names: names}
}

// column returns a column's name as written in statements. The columns that every table has
// need no quotes.
func (t *table) column(c Column) string {
	if c.Attribute == "" {
		return c.Name
	}
	return t.dialect.Quote(c.Name)
}

// statement composes a statement. It inserts the names last, and all at once, because
// sqlx.Rebind treats every question mark as a parameter, and a name can contain anything.
func (c composer) statement(template string, names ...string) string {
	d := c.dialect
	template = c.values.Replace(template)
	return strings.NewReplacer(append(names, c.names...)...).Replace(sqlx.Rebind(d.Bind, d.pin(template)))
}

// exists composes the statement that returns for each query whether it has a row.
func (c composer) exists(queries ...string) string {
	values := make([]string, len(queries))
	for i, q := range queries {
		values[i] = c.dialect.exists(q)
	}
	return c.statement("SELECT " + strings.Join(values, ", "))
}

// sweep composes the statement that deletes expired sessions, either with a LIMIT or by
// their ids from a query.
func (c composer) sweep(template, ids string) string {
	if c.dialect.Batch == "" {
		return c.statement(c.dialect.limit(template))
	}
	return c.statement(fmt.Sprintf(deleteTheExpired, fmt.Sprintf(c.dialect.Batch, c.dialect.limit(ids))))
}

// lock composes the statement that locks the row with an id. In an embedded engine the
// transaction has already locked everything.
func (t *table) lock() string {
	d := t.dialect
	template := "SELECT 1 FROM {table} WHERE id = " + d.param(t.ids.Kind)
	if d.Embedded == nil {
		template += " FOR UPDATE"
	}
	return strings.ReplaceAll(sqlx.Rebind(d.Bind, d.pin(template)), "{table}", d.Qualified(t.name))
}

// statements are the statements of an adapter, composed when it is opened. If it keeps only
// sessions, those that mention users are never run.
type statements struct {
	insertUser, user, userExists string
	deleteUser, deleteSessions   string
	userBy                       map[int]string // by the index of a unique attribute
	sessionAndUser               string

	insert, insertOfUser, session, exists, existsWithUser string
	ofUser, remove                                        string
	deleteOfUserExcept, existsOfUserExcept                string
	lease, swap                                           string
	sweep, sweepFrom, sweepOfUser, earliestExpired        string
}

func newStatements(users, sessions *table) statements {
	c := newComposer(users, sessions)
	list := statements{
		insertUser:     c.statement(insertUser),
		user:           c.statement(selectUser),
		userExists:     c.exists(findUser),
		deleteUser:     c.statement(deleteUser),
		deleteSessions: c.statement(deleteUserSessions),
		userBy:         make(map[int]string),
		sessionAndUser: c.statement(selectSessionAndUser),

		insert:             c.statement(insertSession),
		insertOfUser:       c.statement(insertSessionOfUser),
		session:            c.statement(selectSession),
		exists:             c.exists(findSession),
		existsWithUser:     c.exists(findSession, findUser),
		ofUser:             c.statement(selectUserSessions),
		remove:             c.statement(deleteSession),
		deleteOfUserExcept: c.statement(deleteUserSessionsExcept),
		existsOfUserExcept: c.exists(findUserSessionsExcept),
		lease:              c.statement(selectLease),
		swap:               c.statement(swapLease),
		sweep:              c.sweep(deleteExpired, expired),
		sweepFrom:          c.sweep(deleteExpiredFrom, expiredFrom),
		sweepOfUser:        c.sweep(deleteExpiredOfUser, expiredOfUser),
		earliestExpired:    c.statement(selectExpired),
	}
	if users == nil {
		return list
	}
	for place, column := range users.columns[users.own:] {
		if column.Unique {
			template := strings.ReplaceAll(selectUserBy, "{value}", c.dialect.param(column.Kind))
			list.userBy[place] = c.statement(template, "{column}", users.column(column))
		}
	}
	return list
}
