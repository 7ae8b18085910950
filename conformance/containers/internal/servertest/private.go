package servertest

import (
	"database/sql"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// OnThisMachineAlone fails the test if a container's ports can be reached from the
// network, or if it does not publish exactly this number of ports. The container is
// the one with this address, which is its own or that of a published port. Variable is
// the environment variable that can name a running server. Such a server is not checked.
func OnThisMachineAlone(t *testing.T, variable, address string, ports int) {
	t.Helper()
	if os.Getenv(variable) != "" {
		t.Skipf("NOT RUN: %s names the server, which containers has not started", variable)
	}
	host, port, err := net.SplitHostPort(address)
	OK(t, err)
	docker, err := testcontainers.NewDockerClientWithOpts(t.Context())
	OK(t, err)
	defer docker.Close()
	found, err := docker.ContainerList(t.Context(), client.ContainerListOptions{})
	OK(t, err)
	i := slices.IndexFunc(found.Items, func(c container.Summary) bool {
		for _, n := range c.NetworkSettings.Networks {
			if n.IPAddress.String() == host {
				return true
			}
		}
		return false
	})
	if i < 0 {
		i = slices.IndexFunc(found.Items, func(c container.Summary) bool {
			// The same port of IPv6 can belong to another container.
			return slices.ContainsFunc(c.Ports, func(p container.PortSummary) bool { return p.IP.Is4() && strconv.Itoa(int(p.PublicPort)) == port })
		})
	}
	if i < 0 {
		t.Fatalf("no container is reached at %s", address)
	}
	published := 0
	for _, p := range found.Items[i].Ports {
		if p.PublicPort == 0 {
			continue
		}
		published++
		if !p.IP.IsLoopback() {
			t.Errorf("port %d is published on %s, and so open to the network", p.PrivatePort, p.IP)
		}
	}
	if published != ports {
		t.Errorf("%d ports are published, want %d", published, ports)
	}
}

// NeedsPassword fails the test if a server that package containers started can be reached
// from the network, or accepts a connection without its password.
func NeedsPassword(t *testing.T, variable, driver, dsn string) {
	t.Helper()
	var address, bare string
	switch driver {
	case "mysql":
		config, err := mysql.ParseDSN(dsn)
		OK(t, err)
		address, config.Passwd = config.Addr, ""
		bare = config.FormatDSN()
	default:
		u, err := url.Parse(dsn)
		OK(t, err)
		address, u.User = u.Host, url.User(u.User.Username())
		bare = u.String()
	}
	OnThisMachineAlone(t, variable, address, 1)
	if bare == dsn {
		t.Error("the DSN has no password")
	}
	db, err := sql.Open(driver, bare)
	OK(t, err)
	defer db.Close()
	if err := db.PingContext(t.Context()); err == nil || !strings.Contains(strings.ToLower(err.Error()), "password") {
		t.Errorf("a connection without a password: got the error %v, want one about the password", err)
	}
}
