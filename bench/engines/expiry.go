package engines

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/conformance/containers"
)

// Expiry measures the cost of finding expired sessions in PostgreSQL. Each renewal
// changes expires_at, so an index of that column gets a new entry each time, and the
// update cannot be heap-only. The tables differ in what they index instead.
var Expiry = &Engine{
	Name: "expiry", Title: "Index of expiry in PostgreSQL", Base: "no index", Slice: 25,
	Calls:       expiryCalls,
	Competitors: expiryCompetitors(),
	variable:    containers.PostgresDSN,
	start:       startPostgres,
	fill:        PostgresDialect.fill(openPostgres),
	notes:       heapOnly,
}

// expiryTable is a table of sessions with an index to find expired ones.
type expiryTable struct {
	name, about string
	fill        int           // its fillfactor
	bucket      time.Duration // if not 0, the client writes a column of times truncated to this, which is indexed
	index       string        // the end of the CREATE INDEX statement: "(expires_at)"; empty: there is no index
}

const week = 7 * 24 * time.Hour

var expiryTables = []expiryTable{
	{"index", "as Tenon's table is", 100, 0, "(expires_at)"},
	{"index, fillfactor 80", "the same with room in each page", 80, 0, "(expires_at)"},
	{"no index", "expired sessions cannot be found", 100, 0, ""},
	{"no index, fillfactor 80", "the same with room in each page", 80, 0, ""},
	{"bucket stays", "an index of a column of weeks that the client writes, fillfactor 80; the renewal stays within the week", 80, week, "(bucket)"},
	{"bucket changes", "the same with seconds, so that each renewal changes it", 80, time.Second, "(bucket)"},
	{"BRIN", "a block range index of expires_at, fillfactor 80", 80, 0, "USING brin (expires_at)"},
}

func (e *expiryTable) table() string {
	return "bench_" + strings.NewReplacer(" ", "_", ",", "").Replace(e.name)
}

func expiryCompetitors() []Competitor {
	var list []Competitor
	for i := range expiryTables {
		e := &expiryTables[i]
		list = append(list, Competitor{Name: e.name, About: e.about, Own: e.name, Load: e.load, Open: e.open})
	}
	return list
}

// cut returns the bucket in which a session expires. Buckets are placed such that the
// present one is half over.
func (e *expiryTable) cut(set *Set, expires time.Time) int64 {
	return int64((expires.Sub(set.Began) + e.bucket/2 + 1000*week) / e.bucket)
}

func (e *expiryTable) load(ctx context.Context, at *Place) error {
	statements := []string{
		fmt.Sprintf("CREATE TABLE %s (LIKE %s, PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES %s ON DELETE CASCADE) WITH (fillfactor = %d)", e.table(), sessionsTable, usersTable, e.fill),
		fmt.Sprintf("CREATE INDEX ON %s (user_id)", e.table()),
	}
	columns := ""
	if e.bucket > 0 {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD bucket bigint NOT NULL", e.table()))
		columns = fmt.Sprintf(", trunc((extract(epoch FROM expires_at - '%s') + %f) / %f)", at.Set.Began.Format(time.RFC3339Nano), (e.bucket/2 + 1000*week).Seconds(), e.bucket.Seconds())
	}
	statements = append(statements, fmt.Sprintf("INSERT INTO %s SELECT *%s FROM %s", e.table(), columns, sessionsTable))
	if e.index != "" {
		statements = append(statements, fmt.Sprintf("CREATE INDEX ON %s %s", e.table(), e.index))
	}
	return PostgresDialect.executeAt(ctx, at.DSN, append(statements, "VACUUM ANALYZE "+e.table())...)
}

// open opens pgx on the table. The client writes the bucket, if the table has one, and
// sweeps as Tenon does.
func (e *expiryTable) open(ctx context.Context, at *Place) (*Client, error) {
	c, err := pgxNative(PostgresDialect, e.table())(ctx, at)
	if err != nil || e.index == "" {
		return c, err
	}
	pool, err := pgxpool.New(ctx, at.DSN)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	closeNative := c.OnClose
	c.OnClose = func() error { pool.Close(); return closeNative() }
	set, d := at.Set, PostgresDialect
	exec := func(ctx context.Context, text string, args ...any) (int64, error) {
		tag, err := pool.Exec(ctx, text, args...)
		return tag.RowsAffected(), err
	}
	bucket := func(expires time.Time) []any { return nil }
	found, order := "expires_at <= ?", "expires_at"
	if e.bucket > 0 {
		bucket = func(expires time.Time) []any { return []any{e.cut(set, expires)} }
		found, order = "bucket <= ? AND expires_at <= ?", "bucket"
		create := d.insert(e.table(), append([]string{"bucket"}, sessionColumns...), 1)
		swap := sqlx.Rebind(d.bind, strings.Replace(strings.ReplaceAll(texts.swap, "{sessions}", e.table()), "SET ", "SET bucket = ?, ", 1))
		c.Create = func(ctx context.Context, s *session) error {
			return one(exec(ctx, create, append(bucket(s.ExpiresAt), d.createArgs(s)...)...))
		}
		c.Swap = func(ctx context.Context, from, to *session) error {
			return one(exec(ctx, swap, append(bucket(to.ExpiresAt), d.swapArgs(from, to)...)...))
		}
	}
	sweep := sqlx.Rebind(d.bind, fmt.Sprintf("DELETE FROM %s WHERE id = ANY (ARRAY(SELECT id FROM %[1]s WHERE %s ORDER BY %s LIMIT ? FOR UPDATE SKIP LOCKED)) AND expires_at <= ?", e.table(), found, order))
	c.sweep = func(ctx context.Context, now time.Time, limit int) (int64, error) {
		return exec(ctx, sweep, append(bucket(now), now, limit, now)...)
	}
	return c, nil
}

// expiryCalls lists the calls that benefit from the index, and those that it slows down.
var expiryCalls = []*Call{
	{
		Name:  "SwapOnce",
		About: "a renewal of any session; few are renewed again before a vacuum",
		has:   func(c *Client) bool { return c.Swap != nil },
		rows:  (*Rows).distinct,
		do:    doSwap, after: noteSwap, check: checkSwap,
	},
	{
		Name:  "SwapOften",
		About: "a renewal of one of 200 sessions, without a vacuum in between",
		has:   func(c *Client) bool { return c.Swap != nil },
		rows: func(r *Rows, n int) []task {
			var list []task
			for _, i := range rand.Perm(min(200, r.set.Sessions))[:min(n, 200, r.set.Sessions)] {
				list = append(list, r.task(i))
			}
			return list
		},
		do: doSwap, after: noteSwap, check: checkSwap,
	},
	{
		Name:   "Sweep",
		About:  "a statement that finds and deletes one expired session",
		has:    func(c *Client) bool { return c.sweep != nil },
		rows:   (*Rows).dead,
		before: func(ctx context.Context, c *Client, t *task) error { return c.Create(ctx, &t.now) },
		do: func(ctx context.Context, c *Client, t *task) error {
			return one(c.sweep(ctx, c.rows.set.Began, 1))
		},
		check: func(ctx context.Context, _, reader *Client, t *task) error { return checkAbsent(ctx, reader, t.now.ID) },
	},
	{
		Name:  "SweepEmpty",
		About: "a statement that finds no expired session, as at the end of each sweep",
		has:   func(c *Client) bool { return c.sweep != nil },
		rows:  (*Rows).random,
		do: func(ctx context.Context, c *Client, t *task) error {
			n, err := c.sweep(ctx, c.rows.set.Began, 1000)
			if n != 0 {
				err = errors.Join(err, fmt.Errorf("%d sessions had expired", n))
			}
			return err
		},
		check: func(ctx context.Context, c, reader *Client, t *task) error {
			return checkHeld(ctx, c, reader, c.rows.Session(t.number))
		},
	},
}

func doSwap(ctx context.Context, c *Client, t *task) error { return c.Swap(ctx, &t.now, &t.renewed) }

func noteSwap(_ context.Context, c *Client, t *task) error { c.rows.swapped(t.number); return nil }

func checkSwap(ctx context.Context, c, reader *Client, t *task) error {
	return checkHeld(ctx, c, reader, t.renewed)
}

// dead returns n expired rows that do not exist yet.
func (r *Rows) dead(n int) []task {
	list := make([]task, n)
	for k := range list {
		r.made++
		list[k] = r.task(expired + r.made)
	}
	return list
}

// heapOnly returns a note with the share of heap-only updates, and the size, of each table.
func heapOnly(ctx context.Context, at *Place) ([]string, error) {
	db, err := pgxpool.New(ctx, at.DSN)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var parts []string
	for i := range expiryTables {
		e := &expiryTables[i]
		var updates, hot, size int64
		err := db.QueryRow(ctx, "SELECT n_tup_upd, n_tup_hot_upd, pg_total_relation_size(relid) FROM pg_stat_user_tables WHERE relid = $1::regclass", e.table()).Scan(&updates, &hot, &size)
		if err != nil {
			return nil, err
		}
		parts = append(parts, fmt.Sprintf("%s %.0f %%, %d MB", e.name, 100*float64(hot)/float64(max(updates, 1)), size>>20))
	}
	return []string{"Heap-only updates (pg_stat_user_tables), and the size in the end: " + strings.Join(parts, "; ") + "."}, nil
}
