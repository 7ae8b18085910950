package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Kinds has an attribute of each kind.
type Kinds struct {
	Email string `db:"email,unique,max=254"`
	Float float64
	Int   int64
	Bool  bool
	Bytes []byte
	When  time.Time
	List  []string
	None  *string
}

type kindsAdapter = spec.Store[Kinds, Kinds]

// kinds returns values that settings change on their way.
func kinds(email string) Kinds {
	return Kinds{
		Email: email + ` zoë € 世 😀 '"\ \n \' $1 ? :x`, Float: 0.30000000000000004, Int: -1 << 63, Bool: true,
		Bytes: []byte{0, '\\', '\'', 'x', 0xff, 0x80}, When: time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC),
		List: []string{`a\b`, "{NULL}", "<&>"},
	}
}

// set adds settings of the server's to a DSN, as a role or a database would have
// them: what a driver sets for itself is stronger.
func set(dsn string, settings ...string) string {
	options := "-c " + strings.Join(settings, " -c ")
	return dsn + "&options=" + strings.ReplaceAll(url.QueryEscape(options), "+", "%20")
}

// kindsPlace makes a place with the tables of Kinds.
func kindsPlace(t *testing.T) *place {
	p := newPlace(t, nil)
	a, err := postgres.Open[Kinds, Kinds](t.Context(), p.DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context()))
	return p
}

// openKinds opens an adapter with a variation's own function.
func (p *place) openKinds(t *testing.T, v subjects.PostgresVariation, dsn string) (*kindsAdapter, error) {
	for name := range v.Parameters {
		dsn += "&" + name + "=" + v.Parameters.Get(name)
	}
	if v.Handle != "" {
		return postgres.New[Kinds, Kinds](t.Context(), servertest.OpenDB(t, v.Handle, dsn), postgres.WithSchema(p.Name))
	}
	a, err := postgres.Open[Kinds, Kinds](t.Context(), dsn, postgres.WithSchema(p.Name))
	if err == nil {
		t.Cleanup(func() { servertest.OK(t, a.Close()) })
	}
	return a, err
}

// exercise writes through a, and reads through a and b.
func exercise(t *testing.T, a, b *kindsAdapter) {
	t.Helper()
	ctx := t.Context()
	want := func(call string, err, class error) {
		t.Helper()
		servertest.WantClass(t, err, class, call)
	}
	same := func(call string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", call, got, want)
		}
	}
	user := spec.User[Kinds]{ID: `zoë\' €`, Attributes: kinds("user")}
	session := spec.Session[Kinds]{ID: `s €\'`, UserID: user.ID, CreatedAt: noon, Lease: spec.Lease{
		ActiveUntil: time.Date(2026, 4, 3, 0, 0, 0, 1e6, time.UTC), ExpiresAt: time.Date(999, 2, 1, 0, 0, 0, 0, time.UTC), Credential: `é\`,
	}, Attributes: kinds("session")}
	next := session.Lease
	next.Credential = `\x`
	want("CreateUser", a.CreateUser(ctx, user), nil)
	want("CreateUser again", b.CreateUser(ctx, user), spec.ErrUserExists)
	taken := user
	taken.ID = "another"
	want("CreateUser with a taken e-mail", a.CreateUser(ctx, taken), spec.ErrConstraint)
	want("CreateSession", a.CreateSession(ctx, session), nil)
	orphan := session
	orphan.ID, orphan.UserID, orphan.Attributes = "orphan", "unknown", kinds("orphan")
	want("CreateSession of an unknown user", a.CreateSession(ctx, orphan), spec.ErrUserNotFound)
	for _, x := range []*kindsAdapter{a, b} {
		s, u, err := x.SessionAndUser(ctx, session.ID)
		want("SessionAndUser", err, nil)
		same("SessionAndUser", s, session)
		same("SessionAndUser", u, user)
	}
	want("SwapLease", a.SwapLease(ctx, session.ID, session.Lease, next), nil)
	want("SwapLease again", a.SwapLease(ctx, session.ID, session.Lease, next), spec.ErrStale)
	want("UpdateUser", a.UpdateUser(ctx, user.ID, kinds("new"), attr.All[Kinds]()), nil)
	u, err := b.UserBy(ctx, "Email", kinds("new").Email)
	want("UserBy", err, nil)
	same("UserBy", u.Attributes, kinds("new"))
	kept, err := a.DeleteUserSessionsExcept(ctx, user.ID, session.ID)
	want("DeleteUserSessionsExcept", err, nil)
	same("DeleteUserSessionsExcept", kept, int64(0))
	want("DeleteUser", a.DeleteUser(ctx, user.ID), nil)
	_, err = b.Session(ctx, session.ID)
	want("Session of a user who was deleted", err, spec.ErrSessionNotFound)
	want("Check", a.Check(ctx), nil)
	want("Migrate", a.Migrate(ctx), nil)
}

// Settings that make no difference, all at once, in every mode: of the role,
// the database or the server, and those that Open sets in its own connections.
func TestSettingsThatMakeNoDifference(t *testing.T) {
	t.Parallel()
	p := kindsPlace(t)
	plain, err := p.openKinds(t, subjects.PostgresVariation{}, p.DSN)
	servertest.OK(t, err)
	odd := []string{
		"IntervalStyle=sql_standard", "timezone=Asia/Kathmandu", "timezone_abbreviations=India", "escape_string_warning=off", "backslash_quote=off",
		"array_nulls=off", "xmloption=document", "xmlbinary=hex", "lc_monetary=C", "lc_numeric=C", "lc_time=C", "lc_messages=C",
		"transform_null_equals=on", "row_security=off", "quote_all_identifiers=on", "session_replication_role=local", "extra_float_digits=3",
		`default_transaction_isolation=repeatable\ read`, "default_transaction_deferrable=on", "plan_cache_mode=force_generic_plan", "jit=on",
		"constraint_exclusion=on", "enable_indexscan=off", "search_path=pg_catalog", "default_toast_compression=pglz",
	}
	ours := []string{"client_encoding=LATIN1", "DateStyle=German", "standard_conforming_strings=off"}
	for _, v := range subjects.PostgresModes() {
		t.Run(v.Name, func(t *testing.T) {
			a, err := p.openKinds(t, v, set(p.DSN, append(slices.Clone(odd), ours...)...))
			if err != nil {
				t.Fatal(err)
			}
			exercise(t, a, plain)
		})
	}
	t.Run("in the DSN", func(t *testing.T) {
		a, err := p.openKinds(t, subjects.PostgresVariation{}, p.DSN+"&CLIENT_encoding=LATIN1&datestyle=German&default_query_exec_mode=exec")
		servertest.OK(t, err)
		exercise(t, a, plain)
	})
}

// New refuses an application's handle if an answer would be wrong. For settings that change
// how values are written, that depends on what the driver's mode reads as text. Otherwise
// all answers are right.
func TestSettingsThatAreRefused(t *testing.T) {
	t.Parallel()
	p := kindsPlace(t)
	const binary, exec, simple, pq = "cache_statement", "exec", "simple_protocol", "pq"
	refused := []struct {
		setting string
		modes   []string
	}{
		{"client_encoding=LATIN1", []string{binary, exec, simple}},
		{"client_encoding=SQL_ASCII", []string{binary, exec, simple}},
		{"client_encoding=EUC_JP", []string{binary, exec, simple}},
		{"DateStyle=German", []string{exec, simple}},
		{"DateStyle=SQL,DMY", []string{exec, simple}},
		{"DateStyle=Postgres,MDY", []string{exec, simple}},
		{"standard_conforming_strings=off", []string{simple}},
		{"bytea_output=escape", []string{exec, simple}},
		{"extra_float_digits=0", []string{exec, simple, pq}},
		{"session_replication_role=replica", []string{binary, exec, simple, pq}},
		{"exit_on_error=on", []string{binary, exec, simple, pq}},
	}
	for _, v := range subjects.PostgresModes() {
		if v.Handle == "" {
			v.Handle = "pgx"
		}
		var fit []string
		for _, c := range refused {
			if !slices.Contains(c.modes, v.Name) {
				fit = append(fit, c.setting)
				continue
			}
			_, err := p.openKinds(t, v, set(p.DSN, c.setting))
			servertest.WantClass(t, err, spec.ErrInvalid, "New with "+c.setting+" in mode "+v.Name)
			name, _, _ := strings.Cut(c.setting, "=")
			if text := fmt.Sprint(err); !strings.Contains(text, name) || !strings.Contains(text, "ALTER ROLE") {
				t.Errorf("the error does not say what to do about %s: %s", name, text)
			}
		}
		if slices.Contains([]string{binary, exec, pq}, v.Name) {
			a, err := p.openKinds(t, v, set(p.DSN, fit...))
			servertest.OK(t, err)
			exercise(t, a, a)
		}
	}
}

// In a database without all characters, Check and Migrate say so.
func TestEncodingOfTheDatabase(t *testing.T) {
	t.Parallel()
	server := postgresServer(t, "")
	for _, encoding := range []string{"LATIN1", "SQL_ASCII", "EUC_JP"} {
		name := "tenon_test_" + strings.ToLower(encoding)
		db := servertest.OpenDB(t, "pgx", server.DSN)
		_, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name+" ENCODING "+encoding+" LOCALE 'C' TEMPLATE template0")
		servertest.OK(t, err)
		t.Cleanup(func() {
			_, err := db.ExecContext(context.WithoutCancel(t.Context()), "DROP DATABASE "+name+" WITH (FORCE)")
			servertest.OK(t, err)
		})
		u, err := url.Parse(server.DSN)
		servertest.OK(t, err)
		u.Path = "/" + name
		a, err := postgres.Open[Kinds, Kinds](t.Context(), u.String())
		servertest.OK(t, err)
		defer a.Close()
		for call, err := range map[string]error{"Migrate": a.Migrate(t.Context()), "Check": a.Check(t.Context())} {
			servertest.WantClass(t, err, spec.ErrFailed, call)
			if text := fmt.Sprint(err); !strings.Contains(text, encoding+": its character set does not have all characters") {
				t.Errorf("%s in a database with the encoding %s: %s", call, encoding, text)
			}
		}
	}
}
