package mysql_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
)

// lab is the servers on which settings are tried.
type lab struct {
	servers map[string]*labServer
	cases   []environment.Case
	logf    func(string, ...any)
}

// labServer is one version: a server whose settings stay as they are, another
// that tries change one at a time, and more that are started with settings.
type labServer struct {
	host *containers.MySQLHost

	stillMu sync.Mutex
	still   *machine // nil: start it

	mu      sync.Mutex // held while the global variables of changed are others
	changed *machine   // nil: start it
}

// labArguments are those of every server. The binary log is on, as it is on
// people's servers.
var labArguments = []string{"--log-bin=binlog", "--server-id=1", "--performance-schema=OFF", "--max-connections=300", "--innodb-buffer-pool-size=32M"}

// labVersions are the servers.
var labVersions = []struct {
	name, version string
	mariadb       bool
}{
	{"MySQL 9", "9", false}, {"MariaDB 10.11", "10.11", true}, {"MariaDB 11.8", "11.8", true},
}

// newLab asks the servers what can be set.
func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{servers: make(map[string]*labServer), logf: t.Logf}
	var wait sync.WaitGroup
	cases := make([][]environment.Case, len(labVersions))
	errs := make([]error, len(labVersions))
	for i, v := range labVersions {
		s := &labServer{}
		l.servers[v.name] = s
		wait.Go(func() {
			s.host = servers.MySQLHost(t, v.mariadb, containers.MySQLOptions{Version: v.version})
			cases[i], errs[i] = s.cases(t.Context(), v.name, v.mariadb)
		})
	}
	wait.Wait()
	if t.Skipped() || t.Failed() { // said by MySQLHost
		t.SkipNow()
	}
	servertest.OK(t, errors.Join(errs...))
	l.cases = slices.Concat(cases...)
	// What tells most for its time comes first. Tries of global variables wait for
	// those before them on their server, so other tries come in between.
	slices.SortStableFunc(l.cases, func(a, b environment.Case) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name))
	})
	t.Cleanup(func() {
		for _, s := range l.servers {
			if s.still != nil {
				s.still.stop()
			}
			s.endGlobal()
		}
	})
	return l
}

// rank is lower for cases that are to be tried before others.
func rank(c environment.Case) int {
	switch {
	case c.Together:
		return 0
	case c.Kind == "column type":
		return 3
	case c.Object || c.Kind == "init_connect":
		return 2
	}
	return 1
}

func (s *labServer) cases(ctx context.Context, name string, mariadb bool) ([]environment.Case, error) {
	m, err := s.plain(ctx)
	if err != nil {
		return nil, err
	}
	list, err := variables(ctx, m.admin, mariadb)
	if err != nil {
		return nil, err
	}
	sets, err := names(ctx, m.admin)
	if err != nil {
		return nil, err
	}
	cases := slices.Concat(settingCases(name, list, sets), parameterCases(name), objectCases(name))
	if environmenttest.All() {
		err = leaveAlone(ctx, m.admin, cases)
	}
	return cases, err
}

// plain is the server whose settings stay as they are.
func (s *labServer) plain(ctx context.Context) (*machine, error) {
	s.stillMu.Lock()
	defer s.stillMu.Unlock()
	if s.still != nil {
		return s.still, nil
	}
	m, err := s.start(context.WithoutCancel(ctx), false, labArguments)
	if err != nil {
		return nil, err
	}
	s.still = m
	return m, nil
}

// hasCrashed reports whether a machine that plain returned does not answer any more. Then plain
// starts another: MariaDB 10.11 was seen to end in ha_maria::drop_table, of a table
// of its own for a query, and all cases after that one would fail.
func (s *labServer) hasCrashed(ctx context.Context, m *machine) bool {
	if m.admin.PingContext(ctx) == nil || ctx.Err() != nil {
		return false
	}
	s.stillMu.Lock()
	defer s.stillMu.Unlock()
	if s.still == m {
		m.stop()
		s.still = nil
	}
	return true
}

// global is the server whose global variables may be set, under s.mu.
func (s *labServer) global(ctx context.Context) (m *machine, err error) {
	if s.changed != nil {
		return s.changed, nil
	}
	if m, err = s.start(ctx, false, labArguments); err != nil {
		return nil, err
	}
	if m.globals, err = m.readGlobals(ctx); err != nil {
		m.stop()
		return nil, err
	}
	s.changed = m
	return m, nil
}

// endGlobal ends the server whose settings are no longer what they were.
func (s *labServer) endGlobal() {
	if s.changed != nil {
		s.changed.stop()
		s.changed = nil
	}
}

// machine is a server that runs.
type machine struct {
	*containers.MySQLProcess
	admin   *sql.DB
	globals map[string]string // as it was started with
}

// startRefusal is why a server does not start with its settings.
type startRefusal struct{ reason string }

func (e *startRefusal) Error() string { return e.reason }

func (s *labServer) start(ctx context.Context, anew bool, arguments []string) (*machine, error) {
	p, err := s.host.Start(ctx, anew, arguments...)
	if failed, ok := errors.AsType[containers.StartError](err); ok {
		return nil, &startRefusal{firstError(string(failed))}
	}
	if err != nil {
		return nil, err
	}
	db, err := quiet(p.DSN)
	if err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	db.SetMaxIdleConns(4)
	return &machine{MySQLProcess: p, admin: db}, nil
}

func (m *machine) stop() {
	m.admin.Close()
	m.Stop()
}

// dated matches what a server's log has before a message.
var dated = regexp.MustCompile(`^.*?(\[ERROR\]|ERROR:?) *(\[MY-\d+\] *)?(\[[A-Za-z]+\] *)?(\S*mysqld: |\S*mariadbd: )?`)

// firstError is the first error that a log has.
func firstError(log string) string {
	line, _, _ := strings.Cut(log, "\n")
	line = dated.ReplaceAllString(strings.TrimSpace(line), "")
	if line == "" {
		return "the server does not start"
	}
	return line
}

// readGlobals returns all global variables.
func (m *machine) readGlobals(ctx context.Context) (map[string]string, error) {
	rows, err := m.admin.QueryContext(ctx, "SHOW GLOBAL VARIABLES")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[string]string)
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		found[strings.ToLower(name)] = value
	}
	return found, rows.Err()
}
