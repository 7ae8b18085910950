package containers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/network"
)

// GaleraOptions describes a Galera cluster. The zero value is one of MariaDB 11.8.
type GaleraOptions struct {
	Version string // of MariaDB: "10.11", "11.8"
}

// galeraNodes is the least number of nodes that keeps a majority when one is lost.
const galeraNodes = 3

// Galera starts a Galera cluster of three MariaDB servers in containers. Like a load
// balancer, it spreads the connections of a handle over the nodes that accept
// connections. If this machine cannot start containers, or does not have the image,
// the error is a [*MissingError]. The caller closes the server.
func Galera(ctx context.Context, o GaleraOptions) (*Server, error) {
	f := mariadbFamily()
	version := cmp.Or(o.Version, f.version)
	image, variable := chooseImage(f.name, version, f.name, version)
	if err := prepare(ctx, image, variable, ""); err != nil {
		return nil, err
	}
	common, err := network.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("containers: a network for Galera: %w", err)
	}
	g := &galera{nodes: make([]*galeraNode, galeraNodes)}
	removeAll := func() error {
		var errs []error
		for _, n := range g.nodes {
			if n != nil {
				errs = append(errs, remove(n.container))
			}
		}
		return errors.Join(append(errs, common.Remove(context.WithoutCancel(ctx)))...)
	}
	if err := g.start(ctx, image, rand.Text(), common); err != nil {
		return nil, errors.Join(fmt.Errorf("containers: starting a Galera cluster of %s: %w", image, err), removeAll())
	}
	first, err := connectMySQL(ctx, f, g.nodes[0].dsn, false)
	if err != nil {
		return nil, errors.Join(err, removeAll())
	}
	g.mysqlServer = first.engine.(*mysqlServer)
	return &Server{
		Engine: "MariaDB Galera", Version: first.Version, DSN: first.DSN, Deployment: fmt.Sprintf("a cluster of %d in containers", len(g.nodes)),
		engine: g, closers: []func() error{first.Close, removeAll},
	}, nil
}

// galera implements engine: databases are created on the first node.
type galera struct {
	*mysqlServer
	nodes []*galeraNode
	next  atomic.Uint32 // the node to try first for the next connection
}

type galeraNode struct {
	container testcontainers.Container
	dsn       string
	config    *mysql.Config
}

// start starts the first node, and then those that join it.
func (g *galera) start(ctx context.Context, image, password string, common *testcontainers.DockerNetwork) error {
	const first = "first"
	var err error
	if g.nodes[0], err = startGaleraNode(ctx, image, password, common, first, "--wsrep-cluster-address=gcomm://", "--wsrep-new-cluster"); err != nil {
		return err
	}
	errs := make([]error, len(g.nodes))
	var all sync.WaitGroup
	for i := 1; i < len(g.nodes); i++ {
		all.Go(func() {
			g.nodes[i], errs[i] = startGaleraNode(ctx, image, password, common, fmt.Sprint("node", i), "--wsrep-cluster-address=gcomm://"+first)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// galeraProvider gives a node three times as long as usual to answer the others before
// they consider it lost, since all share one busy machine. It also changes how long a
// statement waits until its node has applied what other nodes have acknowledged. By
// default it gives up after half a minute, but the others need longer to continue without
// a node that was killed.
const galeraProvider = "gcache.size=16M; repl.causal_read_timeout=PT10M; gmcast.peer_timeout=PT10S; evs.suspect_timeout=PT15S; evs.inactive_timeout=PT45S; evs.install_timeout=PT22.5S"

// startGaleraNode starts a node and waits until it accepts statements.
func startGaleraNode(ctx context.Context, image, password string, common *testcontainers.DockerNetwork, name string, arguments ...string) (*galeraNode, error) {
	container, err := testcontainers.Run(ctx, image,
		network.WithNetwork([]string{name}, common),
		testcontainers.WithEnv(map[string]string{"MARIADB_ROOT_PASSWORD": password, "MARIADB_DATABASE": mysqlDatabase}),
		testcontainers.WithTmpfs(map[string]string{"/var/lib/mysql": "rw"}),
		testcontainers.WithCmd(slices.Concat([]string{"mariadbd"}, shortLived, []string{
			"--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so", "--wsrep-provider-options=" + galeraProvider,
			"--binlog-format=ROW", "--wsrep-sst-method=rsync", mariadbFamily().noTLS}, arguments)...),
		published("3306/tcp"),
		waitFor(waitForLine("Synchronized with group, ready for connections"), waitForLine("port: 3306 ")),
		testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, errors.Join(err, remove(container))
	}
	// Not reach: the published port of a killed node refuses connections at once. The
	// node's own address does not answer for seconds.
	endpoint, err := container.PortEndpoint(ctx, "3306/tcp", "")
	if err != nil {
		return nil, errors.Join(err, remove(container))
	}
	n := &galeraNode{container: container, dsn: "root:" + password + "@tcp(" + endpoint + ")/" + mysqlDatabase}
	if n.config, err = mysql.ParseDSN(n.dsn); err != nil {
		return nil, errors.Join(err, remove(container))
	}
	return n, nil
}

// direct is empty, since the proxy spreads connections over the nodes.
func (g *galera) direct() string { return "" }

// dial connects to the nodes in turn, and skips nodes that are down.
func (g *galera) dial(ctx context.Context) (net.Conn, error) {
	start := int(g.next.Add(1))
	var errs []error
	for i := range g.nodes {
		var d net.Dialer
		config := g.nodes[(start+i)%len(g.nodes)].config
		conn, err := d.DialContext(ctx, config.Net, config.Addr)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// GaleraNodes returns the DSNs of a cluster's nodes.
func GaleraNodes(s *Server) []string {
	var list []string
	for _, n := range s.engine.(*galera).nodes {
		list = append(list, n.dsn)
	}
	return list
}

// KillGaleraNode kills a node of a cluster, as a power cut does: the node does not leave
// the cluster first. It must not be the first node, on which stores are created.
func KillGaleraNode(ctx context.Context, s *Server, node int) error {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return err
	}
	defer docker.Close()
	_, err = docker.ContainerKill(ctx, s.engine.(*galera).nodes[node].container.GetContainerID(), client.ContainerKillOptions{Signal: "KILL"})
	return err
}
