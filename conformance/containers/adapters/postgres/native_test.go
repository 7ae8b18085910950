package postgres_test

import (
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// odd are attributes whose columns Tenon would not have made so.
type odd struct {
	Narrow, Short, Wide, Domain, Number, Digits int64
	Limited, Blank, Label, Unique, Amount, Net  string
	Single, Half, Whole                         float64
	Zoneless, Day                               time.Time
	One, Yes                                    bool
	Document                                    map[string]int
	Small                                       uint8
	Octets                                      []byte
	Gone                                        *time.Time
}

// oddTable makes their table, and oddRow its row.
const oddTable = `CREATE TYPE {schema}.mood AS ENUM ('sad', 'glad');
	CREATE DOMAIN {schema}.positive AS integer CHECK (VALUE > 0);
	CREATE TABLE {schema}.odd (id text COLLATE "C" PRIMARY KEY,
		narrow smallint, short integer, wide bigint, domain {schema}.positive, number numeric, digits text,
		limited varchar(20), blank char(5), label {schema}.mood, "unique" uuid, amount numeric(6,2), net inet,
		single real, half double precision, whole integer,
		zoneless timestamp, day date, one smallint, yes boolean, document jsonb, small smallint, octets bytea, gone timestamptz)`

const oddRow = `DELETE FROM {schema}.odd;
	INSERT INTO {schema}.odd VALUES ('ann',
		-32768, -2147483648, 9223372036854775807, 7, 12, '-42',
		'limited', 'ab', 'glad', 'A0EEBC999C0B4EF8BB6D6BB9BD380A11', 1.50, '10.0.0.1',
		0.1, 0.30000000000000004, 3,
		'2024-05-17 12:00:00.1234', '2024-05-17', 1, true, '{"a": 1}', 255, '\x0001ff', NULL)`

// modes are pgx's default mode, whose rows are read from its own connection, and
// one for which database/sql reads them.
func modes(p *place) (native, through *place) {
	with := *p
	u, err := url.Parse(p.DSN)
	servertest.OK(p.t, err)
	q := u.Query()
	q.Set("default_query_exec_mode", "cache_describe")
	u.RawQuery = q.Encode()
	with.DSN = u.String()
	return p, &with
}

// Rows have the same values, and the same errors, whichever way they are read.
func TestBothWaysOfReading(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.exec(oddTable, oddRow)
	var found [2]spec.User[odd]
	native, through := modes(p)
	var stores [2]*spec.Store[odd, Device]
	for i, p := range []*place{native, through} {
		var err error
		stores[i], err = postgres.Open[odd, Device](t.Context(), p.DSN, postgres.WithSchema(p.Name), postgres.WithTables("odd", "sessions"))
		servertest.OK(t, err)
		defer stores[i].Close()
		found[i], err = stores[i].User(t.Context(), "ann")
		servertest.OK(t, err)
	}
	if !reflect.DeepEqual(found[0], found[1]) {
		t.Errorf("from pgx's connection %+v, through database/sql %+v", found[0], found[1])
	}
	want := odd{
		Narrow: -32768, Short: -2147483648, Wide: 9223372036854775807, Domain: 7, Number: 12, Digits: -42,
		Limited: "limited", Blank: "ab   ", Label: "glad", Unique: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", Amount: "1.50", Net: "10.0.0.1",
		Single: float64(float32(0.1)), Half: 0.30000000000000004, Whole: 3,
		Zoneless: time.Date(2024, 5, 17, 12, 0, 0, 123e6, time.UTC), Day: time.Date(2024, 5, 17, 0, 0, 0, 0, time.UTC),
		One: true, Yes: true, Document: map[string]int{"a": 1}, Small: 255, Octets: []byte{0, 1, 255},
	}
	if !reflect.DeepEqual(found[0].Attributes, want) {
		t.Errorf("got %+v, want %+v", found[0].Attributes, want)
	}
	for _, change := range []string{
		"narrow = NULL", "number = 1.5", "digits = 'x'", "half = 'NaN'", "half = 'infinity'", "zoneless = 'infinity'",
		"day = '-infinity'", "gone = 'infinity'", "gone = '0044-03-15 BC'", "gone = '20000-01-01'", "one = 2", "small = -1", "document = '[]'",
	} {
		p.exec(oddRow, "UPDATE {schema}.odd SET "+change)
		var texts [2]string
		for i, store := range stores {
			_, err := store.User(t.Context(), "ann")
			servertest.WantClass(t, err, spec.ErrFailed, change)
			if err != nil {
				texts[i] = err.Error()
			}
		}
		if texts[0] != texts[1] {
			t.Errorf("%s: %q from pgx's connection, %q through database/sql", change, texts[0], texts[1])
		}
	}
}

// The statements that a connection is told to prepare are bounded: pgx drops
// none of them, and a client may choose which attributes are set.
func TestPreparedStatementsAreBounded(t *testing.T) {
	t.Parallel()
	type many struct{ A, B, C, D, E, F, G string }
	p := newPlace(t, nil)
	db := servertest.OpenDB(t, "pgx", p.DSN)
	db.SetMaxOpenConns(1)
	a, err := postgres.New[Person, many](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	session := spec.Session[many]{ID: phone.ID, UserID: ann.ID, CreatedAt: noon, Lease: lease}
	servertest.Ready(t, a, ann, session)
	for set := 1; set < 1<<7; set++ {
		var names []string
		for i := range 7 {
			if set>>i&1 == 1 {
				names = append(names, string(rune('A'+i)))
			}
		}
		mask, err := attr.Fields[many](names...)
		servertest.OK(t, err)
		servertest.OK(t, a.UpdateSession(t.Context(), session.ID, many{}, mask))
	}
	var prepared int
	servertest.OK(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'stmt\_%'`).Scan(&prepared))
	if prepared != 64 {
		t.Errorf("%d statements are prepared by name, want 64", prepared)
	}
}
