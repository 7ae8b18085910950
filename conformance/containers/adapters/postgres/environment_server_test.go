package postgres_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/environment"
	survey "github.com/tenon-go/tenon/internal/environment/postgres"
	"github.com/tenon-go/tenon/internal/program"
)

// serverKind is the kind of the settings that a server has from its start.
const serverKind = survey.Server

// machine is a container in which programs are run, with one port published on
// the loopback address.
type machine struct {
	testcontainers.Container
	address string
}

func startMachine(t *testing.T, image, port, user string) (*machine, error) {
	ctx := t.Context()
	c, err := testcontainers.Run(ctx, image,
		testcontainers.WithEntrypoint("sleep", "infinity"), testcontainers.WithCmd(),
		testcontainers.WithConfigModifier(func(c *container.Config) { c.User = user }),
		testcontainers.WithExposedPorts(port),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.PortBindings = network.PortMap{network.MustParsePort(port): {{HostIP: netip.MustParseAddr("127.0.0.1")}}}
		}),
		testcontainers.WithLogger(log.NewNoopLogger()))
	t.Cleanup(func() { testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0)) })
	if err != nil {
		return nil, err
	}
	address, err := c.PortEndpoint(ctx, port, "")
	return &machine{c, address}, err
}

// run runs a script with arguments, $1 and so on.
func (m *machine) run(ctx context.Context, script string, arguments ...string) (string, error) {
	code, out, err := m.Exec(ctx, append([]string{"sh", "-c", script, "sh"}, arguments...), exec.Multiplexed())
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(out)
	if err == nil && code != 0 {
		err = errors.New(strings.TrimSpace(string(text)))
	}
	return string(text), err
}

// ownServer is a server that is started for each try.
type ownServer struct {
	*machine
	mu       sync.Mutex
	password string
	running  string   // the configuration that it runs with
	paths    []string // names in braces of files, each followed by its path
}

const ownConfiguration = `listen_addresses = '*'
fsync = off
max_connections = 60
`

func startOwnServer(t *testing.T, number string) (*ownServer, error) {
	m, err := startMachine(t, "postgres:"+number, "5432/tcp", "postgres")
	if err != nil {
		return nil, err
	}
	s := &ownServer{machine: m, password: rand.Text()}
	_, err = m.run(t.Context(), `cd /tmp && printf %s "$1" > word && PATH=$PATH:$(echo /usr/lib/postgresql/*/bin) && initdb -D /tmp/data -U postgres --pwfile=word --auth=md5 --no-sync >/tmp/init 2>&1 &&
		echo 'host all all all md5' >> data/pg_hba.conf && cp data/postgresql.conf base &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout data/server.key -out data/server.crt -days 10 2>/dev/null && chmod 600 data/server.key`, s.password)
	if err != nil {
		return nil, err
	}
	return s, s.clientFiles(t, t.TempDir())
}

// start starts the server with lines of configuration after its own.
func (s *ownServer) start(ctx context.Context, lines string) error {
	if s.running == lines && lines != "" {
		return nil
	}
	s.running = ""
	out, err := s.run(ctx, `cd /tmp && PATH=$PATH:$(echo /usr/lib/postgresql/*/bin); pg_ctl -D data -m immediate -w stop >/dev/null 2>&1
		(cat base; printf %s "$1") > data/postgresql.conf; rm -f data/recovery.signal data/standby.signal data/postgresql.auto.conf data/pg_stat_tmp/* server.log
		pg_ctl -D data -l server.log -w -t 60 start >/tmp/ctl 2>&1 || { grep -shE 'FATAL|PANIC|LOG:  (invalid|parameter|could not)' server.log data/log/* | head -2; exit 1; }`,
		ownConfiguration+lines)
	if err != nil {
		return errors.New(strings.TrimSpace(strings.ReplaceAll(out, "\n", "; ")))
	}
	s.running = lines
	return nil
}

func (s *ownServer) dsn(parameters string) string {
	return "postgres://postgres:" + url.QueryEscape(s.password) + "@" + s.address + "/postgres?" + parameters
}

// tryServer starts a server with settings, and runs the program on it.
func (v *version) tryServer(ctx context.Context, cases []environment.Case) environment.Verdict {
	s, err := v.own()
	if err != nil {
		return lost(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines strings.Builder
	for _, c := range cases {
		lines.WriteString(serverWith[c.Name+" "+c.Value])
		fmt.Fprintf(&lines, "%s = '%s'\n", c.Name, strings.ReplaceAll(c.Value, "'", "''"))
	}
	if err := s.start(ctx, lines.String()); err != nil {
		return engine.CannotBeSet(errors.New(withoutTime(err.Error())))
	}
	s.running = "" // the next case has a server of its own
	return s.judged(ctx, "sslmode=disable", "sslmode=disable")
}

// judged runs the program on the server, with one handle of Open and one of New.
func (s *ownServer) judged(ctx context.Context, parameters, plain string) environment.Verdict {
	schema := newName()
	admin, err := postgres.Open[program.User, program.Session](ctx, s.dsn(parameters))
	if err != nil {
		return engine.Verdict(err)
	}
	admin.Close()
	db, err := openPlainDB(ctx, s.dsn(plain))
	if err != nil {
		return lost(err)
	}
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return engine.CannotBeSet(err)
	}
	defer db.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
	return judged(ctx,
		func() (*richAdapter, error) {
			return postgres.Open[program.User, program.Session](ctx, s.dsn(parameters), postgres.WithSchema(schema))
		},
		func() (*richAdapter, error) {
			return postgres.New[program.User, program.Session](ctx, db, postgres.WithSchema(schema))
		})
}

// withoutTime takes out of lines of a server's log when and by which process
// they were written.
func withoutTime(text string) string { return logPrefix.ReplaceAllString(text, "") }
