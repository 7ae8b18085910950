package containers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"strconv"

	"github.com/testcontainers/testcontainers-go"
)

// freePorts returns ports on which no process listens. The members of a replica set
// tell clients, and each other, the ports on which they listen, so those must be the
// same inside and outside of the container. The ports are below those that the system
// uses for outgoing connections (from 32768 on Linux): a run opens thousands of
// connections, and one of them could take the port before the server listens on it.
// So are the ports of a Redis Cluster's bus, which are higher by 10,000.
func freePorts(n int) (ports []string, err error) {
	for range 1000 {
		port := strconv.Itoa(10_000 + rand.IntN(10_000))
		l, failed := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if failed != nil {
			err = failed
			continue
		}
		defer l.Close() // all at the end, so that the ports differ
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("containers: looking for a free port: %w", err)
}

// portTaken matches Docker's errors for a port that another process uses.
var portTaken = regexp.MustCompile("address already in use|port is already allocated")

// onFreePorts calls run, which starts a container on free ports, and returns the container
// and its ports. Another process, such as another package's tests, can take a port before
// Docker does. Then onFreePorts removes the container and calls run with other ports.
func onFreePorts(n int, run func(ports []string) (testcontainers.Container, error)) (c testcontainers.Container, ports []string, err error) {
	for range 10 {
		if ports, err = freePorts(n); err != nil {
			return nil, nil, err
		}
		if c, err = run(ports); err == nil || !portTaken.MatchString(err.Error()) {
			return c, ports, err
		}
		if left := remove(c); left != nil {
			return nil, nil, errors.Join(err, left)
		}
	}
	return nil, nil, err
}
