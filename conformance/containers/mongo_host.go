package containers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
)

// MongoHost starts a container in which [StartMongo] can run up to this number of servers
// at a time, each with its own arguments. It starts no server itself.
func MongoHost(ctx context.Context, servers int) (*Server, error) {
	image, variable := chooseImage("mongo", "6", "mongo", "6")
	if err := prepare(ctx, image, variable, ""); err != nil {
		return nil, err
	}
	c, ports, err := onFreePorts(servers, func(ports []string) (testcontainers.Container, error) {
		return runMongoHost(ctx, image, ports, "")
	})
	if err != nil {
		return nil, abandon(image, err, c)
	}
	addresses, err := reachEach(ctx, c, ports)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	return &Server{
		Engine: "MongoDB", DSN: "mongodb://" + strings.Join(addresses, ",") + "/tenon_test",
		container: c, closers: []func() error{func() error { return remove(c) }},
	}, nil
}

// StartMongo starts a server in the container of a host, at one of the addresses in
// the host's DSN that no other server uses. If set is true, the server is a replica set
// of one. If the server refuses an argument, the error is a [*MongoArgumentError]. The
// caller closes the server, which deletes its data.
func StartMongo(ctx context.Context, host *Server, address string, set bool, arguments ...string) (*Server, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if err := host.run(ctx, "rm -rf /data/"+port+"* && mkdir /data/"+port); err != nil {
		return nil, err
	}
	end := func() error {
		return host.run(context.Background(), endMongo(port)+"rm -rf /data/"+port+"*")
	}
	if set {
		arguments = append([]string{"--replSet", mongoSet}, arguments...)
	}
	if err := host.mongod(ctx, port, arguments); err != nil {
		return nil, errors.Join(err, end())
	}
	uri := "mongodb://" + address + "/tenon_test"
	if set {
		if err := initiate(ctx, []string{address}, true); err != nil {
			return nil, errors.Join(err, end())
		}
		uri += "?replicaSet=" + mongoSet
	}
	s, err := connectMongo(ctx, uri, false)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	s.closers = append(s.closers, end)
	return s, nil
}

// RestartMongo kills a server that StartMongo started, and restarts it with other
// arguments and on the same data, which it reads from its journal.
func RestartMongo(ctx context.Context, host *Server, address string, arguments ...string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if err := host.run(ctx, endMongo(port)); err != nil {
		return err
	}
	return host.mongod(ctx, port, arguments)
}

// endMongo returns shell commands that kill the server at a port, if one runs, and wait
// until the process is gone. Until then the process holds the port.
func endMongo(port string) string {
	return "pid=$(cat /data/" + port + ".pid 2>/dev/null); kill -9 $pid 2>/dev/null; while kill -0 $pid 2>/dev/null; do sleep 0.02; done; "
}

// MongoArgumentError says why a server did not start.
type MongoArgumentError struct{ Reason string }

func (e *MongoArgumentError) Error() string {
	return "containers: the server does not start: " + e.Reason
}

// fatal matches the reason in the log of a server that does not start.
var fatal = regexp.MustCompile(`"s":"[FE]".*?"(?:errmsg|error)":"((?:[^"\\]|\\.)*)"`)

// mongod starts a server with these arguments, and waits until it is ready.
func (s *Server) mongod(ctx context.Context, port string, arguments []string) error {
	place := "/data/" + port
	command := append([]string{"mongod", "--fork", "--bind_ip_all", "--port", port, "--dbpath", place,
		"--logpath", place + ".log", "--logappend", "--pidfilepath", place + ".pid"}, arguments...)
	code, text, err := s.output(ctx, command)
	if err != nil || code == 0 {
		return err
	}
	if reason, ok := strings.CutPrefix(text, "BadValue: "); ok {
		reason, _, _ = strings.Cut(reason, "\n")
		return &MongoArgumentError{reason}
	}
	_, log, err := s.output(ctx, []string{"cat", place + ".log"})
	if err != nil {
		return err
	}
	if found := fatal.FindStringSubmatch(log); found != nil {
		return &MongoArgumentError{found[1]}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return &MongoArgumentError{fmt.Sprintf("%s (exit code %d)", line, code)}
}

// RunOnMongoHost runs a program in the container of a host, and returns its exit
// code and what it wrote.
func RunOnMongoHost(ctx context.Context, host *Server, command ...string) (code int, text string, err error) {
	return host.output(ctx, command)
}

// output runs a program in the server's container.
func (s *Server) output(ctx context.Context, command []string) (code int, text string, err error) {
	code, r, err := s.container.Exec(ctx, command, exec.Multiplexed())
	if err != nil {
		return 0, "", err
	}
	b, err := io.ReadAll(r)
	return code, string(b), err
}
