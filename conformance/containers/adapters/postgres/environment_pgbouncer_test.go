package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
)

// pooler is a PgBouncer that is started for each try, before the shared server.
type pooler struct {
	*machine
	mu       sync.Mutex
	upstream string // where containers reach the server
	user     *url.Userinfo
	path     string
	settings []string // the names of all
}

const (
	poolerKind   = "PgBouncer's configuration"
	poolerServer = "PgBouncer 1.24"
)

// poolerValues are the values of settings that a client can meet: where there
// are none, a setting is listed as not run.
var poolerValues = map[string][]string{
	"pool_mode": {"session", "transaction", "statement"}, "max_prepared_statements": {"0", "1", "200"},
	"ignore_startup_parameters": {"", "extra_float_digits", "extra_float_digits,options,search_path"},
	"server_reset_query":        {"", "DISCARD ALL", "DEALLOCATE ALL"}, "server_reset_query_always": {"0", "1"},
	"server_check_query": {"", "select 1", "nothing"}, "server_check_delay": {"0", "30"}, "server_fast_close": {"0", "1"},
	"server_lifetime": {"0", "1", "3600"}, "server_idle_timeout": {"0", "1", "600"}, "server_connect_timeout": {"1", "15"}, "server_login_retry": {"0", "1", "15"},
	"client_login_timeout": {"1", "60"}, "client_idle_timeout": {"0", "1"}, "query_timeout": {"0", "1"}, "query_wait_timeout": {"0", "1", "120"},
	"cancel_wait_timeout": {"0", "1"}, "idle_transaction_timeout": {"0", "1"},
	"suspend_timeout": {"1"}, "server_round_robin": {"0", "1"}, "disable_pqexec": {"0", "1"}, "max_client_conn": {"1", "2", "100"}, "default_pool_size": {"0", "1", "20"},
	"min_pool_size": {"0", "5"}, "reserve_pool_size": {"0", "5"}, "reserve_pool_timeout": {"0", "1"}, "max_db_connections": {"0", "1"}, "max_db_client_connections": {"0", "1"},
	"max_user_connections": {"0", "1"}, "max_user_client_connections": {"0", "1"}, "application_name_add_host": {"0", "1"},
	"track_extra_parameters": {"IntervalStyle", "IntervalStyle,search_path,bytea_output,extra_float_digits"}, "pkt_buf": {"128", "4096", "65536"}, "sbuf_loopcnt": {"0", "1", "5"},
	"max_packet_size": {"1024", "2147483647"}, "listen_backlog": {"1", "128"}, "tcp_defer_accept": {"0", "45"}, "tcp_keepalive": {"0", "1"}, "tcp_keepcnt": {"0", "1"},
	"tcp_keepidle": {"0", "1"}, "tcp_keepintvl": {"0", "1"}, "tcp_socket_buffer": {"0", "4096"}, "tcp_user_timeout": {"0", "1000"}, "so_reuseport": {"0", "1"},
	"verbose": {"0", "2"}, "log_connections": {"0", "1"}, "log_disconnections": {"0", "1"}, "log_pooler_errors": {"0", "1"}, "log_stats": {"0", "1"}, "stats_period": {"1", "60"},
	"client_tls_sslmode": {"disable"}, "server_tls_sslmode": {"disable", "allow", "prefer", "require"}, "auth_type": {"any", "trust", "plain", "md5", "scram-sha-256"},
	"dns_max_ttl": {"0", "15"}, "dns_nxdomain_ttl": {"0", "15"}, "dns_zone_check_period": {"0", "1"}, "autodb_idle_timeout": {"0", "1"}, "peer_id": {"0", "1"}, "syslog": {"0"},
}

// startPooler prepares a container for PgBouncer, and asks what it can be told.
func startPooler(t *testing.T, v *version) (*pooler, error) {
	upstream, err := containerAddress(t.Context(), v.dsn)
	if err != nil {
		return nil, err
	}
	m, err := startMachine(t, "edoburu/pgbouncer:latest", "6432/tcp", "postgres")
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(v.dsn)
	if err != nil {
		return nil, err
	}
	p := &pooler{machine: m, upstream: upstream, user: u.User, path: u.Path}
	if err := p.start(t.Context(), ""); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(t.Context(), p.dsn("/pgbouncer", "default_query_exec_mode=simple_protocol"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), "SHOW CONFIG")
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, err
		}
		p.settings = append(p.settings, fmt.Sprint(values[0]))
	}
	return p, rows.Err()
}

// containerAddress is the address at which other containers reach the server
// of a DSN.
func containerAddress(ctx context.Context, dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", err
	}
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return "", err
	}
	defer docker.Close()
	found, err := docker.ContainerList(ctx, client.ContainerListOptions{})
	if err != nil {
		return "", err
	}
	own := ""
	for _, c := range found.Items {
		published := slices.ContainsFunc(c.Ports, func(p container.PortSummary) bool { return strconv.Itoa(int(p.PublicPort)) == u.Port() })
		for _, n := range c.NetworkSettings.Networks {
			if n.IPAddress.String() == u.Hostname() { // the tests reach it past the port, which another container can publish
				return u.Hostname(), nil
			}
			if published {
				own = n.IPAddress.String()
			}
		}
	}
	if own != "" {
		return own, nil
	}
	return "", fmt.Errorf("none of %d containers is the server at %s", len(found.Items), u.Host)
}

// start starts PgBouncer with lines of configuration after its own. The one that
// runs ends at once: on SIGTERM it would wait for its clients.
func (p *pooler) start(ctx context.Context, lines string) error {
	password, _ := p.user.Password()
	out, err := p.run(ctx, `cd /tmp && if [ -f pid ]; then old=/proc/$(cat pid)/stat; kill -QUIT $(cat pid); while [ -f $old ] && ! grep -q ') Z' $old; do :; done; fi; rm -f log pid
		printf '"%s" "%s"\n' "$3" "$4" > users; printf %s "$1" > ini; printf '%s\n' "$2" >> ini
		pgbouncer -d ini >out 2>&1 || { cat out; exit 1; }
		until grep -qs 'process up' log; do if grep -hs FATAL log; then exit 1; fi; done`,
		"[databases]\n* = host="+p.upstream+" port=5432\n[pgbouncer]\nlisten_addr=0.0.0.0\nlisten_port=6432\nauth_type=md5\nauth_file=/tmp/users\n"+
			"admin_users="+p.user.Username()+"\nunix_socket_dir=\nlogfile=/tmp/log\npidfile=/tmp/pid\npool_mode=transaction\n", lines, p.user.Username(), password)
	if err != nil {
		return errors.New(out)
	}
	return nil
}

func (p *pooler) dsn(path, parameters string) string {
	_, port, _ := net.SplitHostPort(p.address)
	u := url.URL{Scheme: "postgres", User: p.user, Host: "127.0.0.1:" + port, Path: path, RawQuery: "sslmode=disable&" + parameters}
	return u.String()
}

// poolerCases are those of PgBouncer's settings.
func (b *bench) poolerCases() ([]environment.Case, error) {
	p, err := b.pooler()
	if err != nil {
		return nil, err
	}
	var cases []environment.Case
	for _, name := range p.settings {
		values := poolerValues[name]
		if values == nil {
			values = []string{""}
		}
		for _, value := range values {
			cases = append(cases, environment.Case{Server: poolerServer, Kind: poolerKind, Name: name, Value: value})
		}
	}
	for name := range poolerValues {
		if !slices.Contains(p.settings, name) {
			return nil, fmt.Errorf("PgBouncer has no setting %q", name)
		}
	}
	return cases, nil
}

// tryPooler runs the program through a PgBouncer with a setting.
func (b *bench) tryPooler(ctx context.Context, c environment.Case) environment.Verdict {
	if poolerValues[c.Name] == nil {
		return environment.Verdict{Outcome: environment.NotRun, Detail: "no client meets it: it is about files, the console, or how PgBouncer reaches its servers"}
	}
	p, err := b.pooler()
	if err != nil {
		return lost(err)
	}
	v := b.version(c.Server)
	p.mu.Lock() // a try at a time
	defer p.mu.Unlock()
	if err := p.start(ctx, c.Name+" = "+c.Value); err != nil {
		return engine.CannotBeSet(errors.New(logPrefix.ReplaceAllString(err.Error(), "")))
	}
	schema := newName()
	if _, err := v.admin.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return lost(err)
	}
	defer v.admin.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
	dsn := p.dsn(p.path, "")
	verdict := judgedPlain(ctx, func() (*plainAdapter, error) {
		return postgres.Open[program.Person, program.Device](ctx, dsn, postgres.WithSchema(schema))
	}, func() (*plainAdapter, error) {
		return postgres.New[program.Person, program.Device](ctx, v.admin, postgres.WithSchema(schema))
	})
	if hurries(c) && verdict.Outcome == environment.Holds {
		return slow
	}
	return verdict
}
