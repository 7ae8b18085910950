package engines

import (
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Dialect has the differences between engines in the SQL of the raw drivers.
type Dialect struct {
	driver string // of database/sql
	bind   int    // of sqlx
	millis bool   // times are kept as milliseconds
}

// statements are hand-written statements for Tenon's tables.
type statements struct{ sessionAndUser, session, create, swap, update, remove string }

var texts = statements{
	sessionAndUser: `SELECT s.id, s.user_id, s.created_at, s.active_until, s.expires_at, s.credential, s.name, s.agent, s.address, s.visits, ` +
		`u.id AS u_id, u.name AS u_name, u.email AS u_email, u.logins AS u_logins ` +
		`FROM {sessions} AS s LEFT JOIN {users} AS u ON u.id = s.user_id WHERE s.id = ?`,
	session: `SELECT s.id, s.user_id, s.created_at, s.active_until, s.expires_at, s.credential, s.name, s.agent, s.address, s.visits ` +
		`FROM {sessions} AS s WHERE s.id = ?`,
	create: `INSERT INTO {sessions} (id, user_id, created_at, active_until, expires_at, credential, name, agent, address, visits) ` +
		`VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	swap: `UPDATE {sessions} SET active_until = ?, expires_at = ?, credential = ? ` +
		`WHERE id = ? AND active_until = ? AND expires_at = ? AND credential = ?`,
	update: `UPDATE {sessions} SET name = ?, agent = ?, address = ?, visits = ? WHERE id = ?`,
	remove: `DELETE FROM {sessions} WHERE id = ?`,
}

// statements returns the statements for tables of these names.
func (d Dialect) statements(users, sessions string) statements {
	names := strings.NewReplacer("{users}", users, "{sessions}", sessions)
	text := func(s string) string { return sqlx.Rebind(d.bind, names.Replace(s)) }
	return statements{
		text(texts.sessionAndUser), text(texts.session), text(texts.create),
		text(texts.swap), text(texts.update), text(texts.remove),
	}
}

// time returns a time as a parameter.
func (d Dialect) time(t time.Time) any {
	if d.millis {
		return t.UnixMilli()
	}
	return t
}

func (d Dialect) createArgs(s *session) []any {
	return []any{
		s.ID, s.UserID, d.time(s.CreatedAt), d.time(s.ActiveUntil), d.time(s.ExpiresAt), s.Credential,
		s.Attributes.Name, s.Attributes.Agent, s.Attributes.Address, s.Attributes.Visits,
	}
}

func (d Dialect) swapArgs(from, to *session) []any {
	return []any{
		d.time(to.ActiveUntil), d.time(to.ExpiresAt), to.Credential,
		from.ID, d.time(from.ActiveUntil), d.time(from.ExpiresAt), from.Credential,
	}
}

func updateArgs(to *session) []any {
	return []any{to.Attributes.Name, to.Attributes.Agent, to.Attributes.Address, to.Attributes.Visits, to.ID}
}

// record is the destination into which a row is scanned.
type record struct {
	session
	user   user
	millis [3]int64
}

// targets returns the destinations for the columns of a session, or, if joined, of a
// session and its user.
func (d Dialect) targets(r *record, joined bool) []any {
	s, a, u := &r.session, &r.session.Attributes, &r.user
	list := make([]any, 0, 14)
	if d.millis {
		list = append(list, &s.ID, &s.UserID, &r.millis[0], &r.millis[1], &r.millis[2], &s.Credential)
	} else {
		list = append(list, &s.ID, &s.UserID, &s.CreatedAt, &s.ActiveUntil, &s.ExpiresAt, &s.Credential)
	}
	list = append(list, &a.Name, &a.Agent, &a.Address, &a.Visits)
	if joined {
		list = append(list, &u.ID, &u.Attributes.Name, &u.Attributes.Email, &u.Attributes.Logins)
	}
	return list
}

// scanned returns the session and the user that were scanned, with times in UTC.
func (d Dialect) scanned(r *record) (session, user) {
	s := &r.session
	if d.millis {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = time.UnixMilli(r.millis[0]), time.UnixMilli(r.millis[1]), time.UnixMilli(r.millis[2])
	}
	s.CreatedAt, s.ActiveUntil, s.ExpiresAt = s.CreatedAt.UTC(), s.ActiveUntil.UTC(), s.ExpiresAt.UTC()
	return r.session, r.user
}
