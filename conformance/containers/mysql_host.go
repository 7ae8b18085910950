package containers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/tenon-go/tenon/conformance"
)

// MySQLHost is a container in which tests start servers of one version with their own
// arguments, each on a copy of the same data. That takes three seconds. A container
// for each would take twenty.
type MySQLHost struct {
	container testcontainers.Container
	password  string
	ports     chan string // free ports inside the container
}

// mysqlHost lets [Shared] keep a host as it keeps a server.
type mysqlHost struct {
	engine // nil: a host has no stores
	*MySQLHost
}

// MySQLHost returns a host for MySQL, or for MariaDB, of the options' version. Close ends
// it with the other servers. MySQLHost skips t if the environment names a running server,
// since that cannot be restarted with other arguments.
func (s *Shared) MySQLHost(t conformance.TB, mariadb bool, o MySQLOptions) *MySQLHost {
	t.Helper()
	f := mysqlFamily()
	if mariadb {
		f = mariadbFamily()
	}
	if os.Getenv(f.variable) != "" {
		t.Skipf("NOT RUN: %s names the server, which containers does not start", f.variable)
	}
	type key struct {
		engine, version string
		host            bool
	}
	o = o.complete(f)
	server := s.get(t, f.name, key{f.engine, o.Version, true}, func(ctx context.Context) (*Server, error) {
		return startMySQLHost(ctx, f, o.Version)
	})
	return server.engine.(mysqlHost).MySQLHost
}

func startMySQLHost(ctx context.Context, f family, version string) (*Server, error) {
	image, variable := chooseImage(f.name, version, f.name, version)
	if err := prepare(ctx, image, variable, ""); err != nil {
		return nil, err
	}
	h := &MySQLHost{password: rand.Text(), ports: make(chan string, 6)}
	var exposed []string
	for i := range cap(h.ports) {
		port := fmt.Sprint(3310 + i)
		h.ports <- port
		exposed = append(exposed, port+"/tcp")
	}
	c, err := testcontainers.Run(ctx, image,
		published(exposed...),
		testcontainers.WithTmpfs(map[string]string{"/d": "rw,exec"}),
		testcontainers.WithEntrypoint("bash", "-c", mysqlHostScript),
		testcontainers.WithEnv(map[string]string{"TENON_PASSWORD": h.password, "TENON_TLS": f.noTLS}),
		waitFor(waitForLine(ready)),
		testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, abandon(image, err, c)
	}
	h.container = c
	return &Server{
		Engine: f.engine, Version: version, engine: mysqlHost{MySQLHost: h}, container: c,
		closers: []func() error{func() error { return remove(c) }},
	}, nil
}

// mysqlHostScript creates the data with which every server begins.
const mysqlHostScript = `
chown mysql /d
cat >/init.sql <<END
CREATE USER 'tenon'@'%' IDENTIFIED BY '$TENON_PASSWORD';
GRANT ALL ON *.* TO 'tenon'@'%' WITH GRANT OPTION;
CREATE DATABASE tenon_test;
END
cat >/initialize <<'END'
if command -v mariadb-install-db >/dev/null; then
	(echo 'FLUSH PRIVILEGES;'; cat /init.sql) >/extra.sql
	mariadb-install-db --no-defaults --user=mysql --skip-test-db --auth-root-authentication-method=normal --extra-file=/extra.sql "$@"
else
	mysqld --no-defaults --user=mysql --initialize-insecure --init-file=/init.sql --innodb-redo-log-capacity=8M "$@"
fi
END
bash /initialize --datadir=/d/base && echo ` + ready + `
sleep infinity & wait # bash, unlike sleep, buries the servers that have ended
`

// MySQLProcess is one server of a host.
type MySQLProcess struct {
	DSN  string // of a database, with an account that has all privileges
	host *MySQLHost
	port string
}

// Start starts a server with more arguments: "--innodb-page-size=4k". If anew is true,
// it initializes the server's data with them, too. If the server does not start, the
// error is a [StartError]. The caller stops the server.
func (h *MySQLHost) Start(ctx context.Context, anew bool, arguments ...string) (*MySQLProcess, error) {
	var port string
	select {
	case port = <-h.ports:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p := &MySQLProcess{host: h, port: port}
	how := "copy"
	if anew {
		how = "anew"
	}
	err := p.run(ctx, how, arguments)
	var address string
	if err == nil {
		address, err = reach(ctx, h.container, port+"/tcp")
	}
	if err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	p.DSN = "tenon:" + h.password + "@tcp(" + address + ")/tenon_test"
	return p, nil
}

// Restart shuts the server down and starts it again on its data, with other arguments. If
// it does not start, the error is a [StartError], and the server must still be stopped.
func (p *MySQLProcess) Restart(ctx context.Context, arguments ...string) error {
	return p.run(ctx, "keep", arguments)
}

// run starts a server with data that are a copy, anew, or kept from before.
func (p *MySQLProcess) run(ctx context.Context, how string, arguments []string) error {
	code, out, err := p.host.run(ctx, append([]string{"bash", "-c", mysqlStartScript, "start", p.port, how}, arguments...)...)
	if err == nil && code != 0 {
		err = StartError(out)
	}
	return err
}

// StartError is the log of a server that did not start.
type StartError string

func (e StartError) Error() string { return "containers: the server does not start: " + string(e) }

const mysqlStartScript = `
port=$1 how=$2; shift 2
dir=/d/$port
if [ $how = keep ]; then
	pid=$(cat $dir.started)
	kill -TERM $pid
	while kill -0 $pid 2>/dev/null; do sleep 0.02; done
else
	rm -rf $dir $dir.*
fi
if [ $how = anew ]; then
	bash /initialize --datadir=$dir "$@" >$dir.log 2>&1 || { grep -a ERROR $dir.log; exit 1; }
elif [ $how = copy ]; then
	cp -a /d/base $dir
fi
setsid mysqld --no-defaults $TENON_TLS --user=mysql --datadir=$dir --port=$port --socket=$dir.sock --pid-file=$dir.pid "$@" >$dir.log 2>&1 </dev/null &
echo $! >$dir.started
client=$(command -v mariadb || command -v mysql)
refused=0
while true; do
	# A client costs more than a look at the log. But arguments can move or silence the log.
	for i in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 $(cat $dir.started) 2>/dev/null || { grep -a ERROR $dir.log; exit 1; }
		if grep -qa 'ready for connections' $dir.log; then refused=$((refused + 1)); break; fi
		sleep 0.1
	done
	MYSQL_PWD=$TENON_PASSWORD $client --no-defaults $TENON_TLS -utenon -h127.0.0.1 -P$port -e 'DO 1' >$dir.client 2>&1 && break
	if [ $refused = 100 ]; then cat $dir.client; exit 1; fi # with these arguments it lets no client in
	sleep 0.1
done
`

// Stop ends the server and removes its data.
func (p *MySQLProcess) Stop() error {
	// Tests stop servers when their context is done.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	code, out, err := p.host.run(ctx, "bash", "-c", `pid=$(cat /d/$0.started); kill -KILL $pid 2>/dev/null
while kill -0 $pid 2>/dev/null; do sleep 0.02; done; rm -rf /d/$0 /d/$0.*`, p.port)
	if err == nil && code != 0 {
		err = fmt.Errorf("containers: stopping a server: %s", out)
	}
	p.host.ports <- p.port
	return err
}

// run runs a command in the container.
func (h *MySQLHost) run(ctx context.Context, command ...string) (code int, out string, err error) {
	code, r, err := h.container.Exec(ctx, command, exec.Multiplexed())
	if err != nil {
		return code, "", err
	}
	text, err := io.ReadAll(r)
	return code, strings.TrimSpace(string(text)), err
}
