package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
)

// parameter is one of a driver's own in a DSN.
type parameter struct {
	name   string
	values []string
	with   string // other parameters that it needs
	notRun string // why it is not tried
	each   bool   // on each version, because it is agreed with the server
	shared bool   // on the shared server, since it is about neither files, addresses nor encryption
}

// The kinds of the drivers' parameters: with pgx, Open makes the pool.
const (
	pgxKind = "DSN, parameter of pgx"
	pqKind  = "DSN, parameter of lib/pq"
)

const (
	names    = "names the server: each test has it"
	kerberos = "needs Kerberos"
)

// {certificate} and such are files of the test's.
var pgxParameters = []parameter{
	{name: "host", values: []string{"127.0.0.1", "127.0.0.1,127.0.0.1", "/nothing,127.0.0.1", "/nothing"}},
	{name: "port", notRun: names}, {name: "database", notRun: names}, {name: "user", notRun: names}, {name: "password", notRun: names},
	{name: "passfile", values: []string{"{passfile}", "/nothing"}},
	{name: "connect_timeout", values: []string{"0", "1", "2147483647", "-1", "x"}},
	{name: "sslmode", values: []string{"disable", "allow", "prefer", "require", "nothing"}, each: true},
	{name: "sslmode", values: []string{"verify-ca", "verify-full"}, with: "sslrootcert={certificate}"},
	{name: "sslcert", values: []string{"{certificate}", "/nothing"}, with: "sslmode=require&sslkey={key}"},
	{name: "sslkey", values: []string{"{key}", "/nothing"}, with: "sslmode=require&sslcert={certificate}"},
	{name: "sslcertmode", values: []string{"disable", "allow", "require", "nothing"}, with: "sslmode=require&sslcert={certificate}&sslkey={key}"},
	{name: "sslrootcert", values: []string{"{certificate}", "system", "/nothing"}, with: "sslmode=verify-full"},
	{name: "sslnegotiation", values: []string{"postgres", "direct", "nothing"}, with: "sslmode=require", each: true},
	{name: "sslpassword", values: []string{"", "x"}, with: "sslmode=require&sslcert={certificate}&sslkey={key}"},
	{name: "sslsni", values: []string{"0", "1"}, with: "sslmode=require"},
	{name: "krbspn", notRun: kerberos}, {name: "krbsrvname", notRun: kerberos},
	{name: "target_session_attrs", values: []string{"any", "read-write", "read-only", "primary", "standby", "prefer-standby", "nothing"}, each: true},
	{name: "service", values: []string{"tenon", "nothing"}, with: "servicefile={servicefile}"},
	{name: "servicefile", values: []string{"{servicefile}", "/nothing"}, with: "service=tenon"},
	{name: "min_protocol_version", values: []string{"3.0", "3.2", "latest", "x"}, each: true},
	{name: "max_protocol_version", values: []string{"3.0", "3.2", "latest", "x"}, each: true},
	{name: "channel_binding", values: []string{"disable", "prefer", "require"}, with: "sslmode=require"},
	{name: "require_auth", values: []string{"md5", "scram-sha-256", "none", "!password"}},
	{name: "default_query_exec_mode", values: []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol", "nothing"}, each: true, shared: true},
	{name: "statement_cache_capacity", values: []string{"0", "1", "512", "x"}, shared: true},
	{name: "description_cache_capacity", values: []string{"0", "1", "512", "x"}, with: "default_query_exec_mode=cache_describe", shared: true},
	// Not the driver's, so it gives them to the server, as settings.
	{name: "fallback_application_name", values: []string{"x"}}, {name: "replication", values: []string{"off", "database", "true"}, shared: true},
	{name: "hostaddr", values: []string{"127.0.0.1"}}, {name: "pool_max_conns", values: []string{"4"}}, {name: "binary_parameters", values: []string{"yes"}, shared: true},
}

var pqParameters = []parameter{
	{name: "host", values: []string{"127.0.0.1", "/nothing"}},
	{name: "hostaddr", values: []string{"127.0.0.1", "x"}},
	{name: "port", notRun: names}, {name: "dbname", notRun: names}, {name: "user", notRun: names}, {name: "password", notRun: names},
	{name: "passfile", values: []string{"{passfile}", "/nothing"}},
	{name: "options", values: []string{"-c work_mem=64kB"}},
	{name: "application_name", values: []string{"x"}}, {name: "fallback_application_name", values: []string{"x"}},
	{name: "sslmode", values: []string{"disable", "allow", "prefer", "require", "nothing"}, each: true},
	{name: "sslmode", values: []string{"verify-ca", "verify-full"}, with: "sslrootcert={certificate}"},
	{name: "sslnegotiation", values: []string{"postgres", "direct", "nothing"}, with: "sslmode=require", each: true},
	{name: "sslcert", values: []string{"{certificate}", "/nothing"}, with: "sslmode=require&sslkey={key}"},
	{name: "sslkey", values: []string{"{key}", "/nothing"}, with: "sslmode=require&sslcert={certificate}"},
	{name: "sslrootcert", values: []string{"{certificate}", "system", "/nothing"}, with: "sslmode=verify-full"},
	{name: "sslsni", values: []string{"0", "1"}, with: "sslmode=require"},
	{name: "ssl_min_protocol_version", values: []string{"TLSv1", "TLSv1.3", "x"}, with: "sslmode=require"},
	{name: "ssl_max_protocol_version", values: []string{"TLSv1.2", "TLSv1.3", "x"}, with: "sslmode=require"},
	{name: "sslinline", values: []string{"true", "false"}, with: "sslmode=require"},
	{name: "krbsrvname", notRun: kerberos}, {name: "krbspn", notRun: kerberos},
	{name: "connect_timeout", values: []string{"0", "1", "2147483647", "-1", "x"}},
	{name: "binary_parameters", values: []string{"yes", "no", "x"}, each: true, shared: true},
	{name: "disable_prepared_binary_result", values: []string{"yes", "no"}, with: "binary_parameters=yes", each: true, shared: true},
	{name: "client_encoding", values: []string{"UTF8", "LATIN1"}, shared: true},
	{name: "datestyle", values: []string{"ISO, MDY", "ISO, DMY", "German"}, shared: true},
	{name: "tz", values: []string{"UTC", "Asia/Kathmandu", "Europe/Amsterdam"}, shared: true},
	{name: "geqo", values: []string{"on", "off"}, shared: true},
	{name: "target_session_attrs", values: []string{"any", "read-write", "read-only", "primary", "standby", "prefer-standby", "nothing"}, each: true},
	{name: "load_balance_hosts", values: []string{"disable", "random", "nothing"}},
	{name: "min_protocol_version", values: []string{"3.0", "3.2", "latest", "x"}, each: true},
	{name: "max_protocol_version", values: []string{"3.0", "3.2", "latest", "x"}, each: true},
	{name: "service", values: []string{"tenon", "nothing"}},
	{name: "replication", values: []string{"off", "database", "true"}, shared: true},
}

// parameterCases are those of the newest version, and of the others what is
// agreed with the server.
func (v *version) parameterCases() (cases []environment.Case) {
	for kind, list := range map[string][]parameter{pgxKind: pgxParameters, pqKind: pqParameters} {
		for _, p := range list {
			if v.name != newest && !p.each {
				continue
			}
			values := p.values
			if p.notRun != "" {
				values = []string{""}
			}
			for _, value := range values {
				cases = append(cases, environment.Case{Server: v.name, Kind: kind, Name: p.name, Value: value})
			}
		}
	}
	slices.SortFunc(cases, func(a, b environment.Case) int { return strings.Compare(a.Kind, b.Kind) }) // a map has no order
	return cases
}

const newest = "PostgreSQL 18"

// find returns the parameter of a case.
func find(c environment.Case) parameter {
	list := pgxParameters
	if c.Kind == pqKind {
		list = pqParameters
	}
	for _, p := range list {
		if p.name == c.Name && (p.notRun != "" || slices.Contains(p.values, c.Value)) {
			return p
		}
	}
	return parameter{}
}

// endpoint is a server for parameters.
type endpoint struct {
	dsn   string
	plain *sql.DB  // without the parameters
	paths []string // names in braces of files, each followed by its path
}

// endpoint returns the shared server, or one that can encrypt. The caller calls done.
func (v *version) endpoint(ctx context.Context, p parameter) (e endpoint, done func(), err error) {
	if p.shared {
		return endpoint{dsn: v.dsn, plain: v.admin}, func() {}, nil
	}
	s, err := v.own()
	if err != nil {
		return e, nil, err
	}
	s.mu.Lock()
	if err = s.start(ctx, "ssl = on\n"); err == nil {
		e = endpoint{dsn: s.dsn(""), paths: s.paths}
		e.plain, err = openPlainDB(ctx, s.dsn("sslmode=disable"))
	}
	if err != nil {
		s.mu.Unlock()
	}
	return e, s.mu.Unlock, err
}

// tryParameter runs the program on handles with a parameter in their DSN.
func (v *version) tryParameter(ctx context.Context, c environment.Case) environment.Verdict {
	p := find(c)
	if p.notRun != "" {
		return environment.Verdict{Outcome: environment.NotRun, Detail: p.notRun}
	}
	e, done, err := v.endpoint(ctx, p)
	if err != nil {
		return lost(err)
	}
	defer done()
	schema := newName()
	if _, err := e.plain.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return lost(err)
	}
	defer e.plain.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
	dsn := e.withParameter(p, c.Value)
	driver := map[string]string{pgxKind: "pgx", pqKind: "postgres"}[c.Kind]
	if err := reaches(ctx, driver, dsn); err != nil {
		return engine.CannotBeSet(e.withoutFiles(err))
	}
	return judged(ctx, func() (*richAdapter, error) {
		if driver == "pgx" {
			return postgres.Open[program.User, program.Session](ctx, dsn, postgres.WithSchema(schema))
		}
		return openNew[program.User, program.Session](ctx, driver, dsn, postgres.WithSchema(schema))
	}, func() (*richAdapter, error) {
		return postgres.New[program.User, program.Session](ctx, e.plain, postgres.WithSchema(schema))
	})
}

// reaches reports whether a driver connects with a DSN.
func reaches(ctx context.Context, driver, dsn string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// withParameter is the endpoint's DSN with a parameter, and with those that it needs.
func (e endpoint) withParameter(p parameter, value string) string {
	u, _ := url.Parse(e.dsn)
	values, _ := url.ParseQuery(p.with)
	if values.Get("sslmode") == "" {
		values.Set("sslmode", "prefer")
	}
	values.Set(p.name, value)
	host, port := u.Hostname(), u.Port()
	switch p.name {
	case "host":
		u.Host = ""
		if p.values[0] == value || !strings.Contains(value, ",") {
			values.Set("port", port)
		} else {
			values.Set("port", port+","+port)
		}
	case "hostaddr":
		u.Host = ":" + port
	case "passfile":
		u.User = url.User(u.User.Username())
	default:
		u.Host = host + ":" + port
	}
	files := strings.NewReplacer(e.paths...)
	for name := range values {
		values.Set(name, files.Replace(values.Get(name)))
	}
	u.RawQuery = strings.ReplaceAll(values.Encode(), "+", "%20")
	return u.String()
}

// clientFiles writes the files that parameters name.
func (s *ownServer) clientFiles(t *testing.T, dir string) error {
	for _, file := range []struct{ name, script string }{
		{"certificate", "cat /tmp/data/server.crt"}, {"key", "cat /tmp/data/server.key"}, {"passfile", "printf '*:*:*:*:%s\n' \"$(cat /tmp/word)\""},
		{"servicefile", "printf '[tenon]\napplication_name=tenon\n'"},
	} {
		text, err := s.run(t.Context(), file.script)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		s.paths = append(s.paths, "{"+file.name+"}", path)
	}
	return nil
}

// withoutFiles takes out of an error's text where the test's files are.
func (e endpoint) withoutFiles(err error) error {
	text := err.Error()
	for i := 0; i < len(e.paths); i += 2 {
		text = strings.ReplaceAll(text, e.paths[i+1], e.paths[i])
	}
	return errors.New(text)
}

// The lists have each parameter that the drivers have.
func TestDriverParameters(t *testing.T) {
	t.Parallel()
	has := func(list []parameter, name string) bool {
		return slices.ContainsFunc(list, func(p parameter) bool { return p.name == name })
	}
	for f := range reflect.TypeFor[pq.Config]().Fields() {
		if name := f.Tag.Get("postgres"); name != "-" && name != "" && !has(pqParameters, name) {
			t.Errorf("the parameter %q of lib/pq is not tried", name)
		}
	}
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/jackc/pgx/v5").Output()
	servertest.OK(t, err)
	found := 0
	for file, pattern := range map[string]string{
		"pgconn/config.go": `(?m)^\t\t"([a-z_]+)": +\{\},$`, "conn.go": `delete\(config\.RuntimeParams, "([a-z_]+)"\)`,
	} {
		source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), file))
		servertest.OK(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			found++
			if !has(pgxParameters, m[1]) {
				t.Errorf("the parameter %q of pgx is not tried", m[1])
			}
		}
	}
	if found < 20 {
		t.Error(fmt.Sprint("the source of pgx names ", found, " parameters: it is written in another way now"))
	}
}
