package containers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// StepDownMongo makes the primary of a replica set step down. It returns when the
// members have elected another primary.
func StepDownMongo(ctx context.Context, s *Server) error {
	m, primary, err := primaryOf(ctx, s)
	if err != nil {
		return err
	}
	// Not with m's client, which would retry on the next primary if it lost the answer.
	client, err := mongo.Connect(options.Client().SetHosts([]string{primary}).SetDirect(true))
	if err != nil {
		return err
	}
	defer client.Disconnect(context.WithoutCancel(ctx))
	err = client.Database("admin").RunCommand(ctx, bson.D{{Key: "replSetStepDown", Value: 90}, {Key: "secondaryCatchUpPeriodSecs", Value: 60}}).Err()
	if err != nil && !mongo.IsNetworkError(err) {
		return fmt.Errorf("containers: stepping down: %w", err)
	}
	return m.differs(ctx, primary)
}

// HandOverMongo makes a secondary of a replica set the primary. Like any new primary for
// a moment, it does not know which of the latest writes a majority has. HandOverMongo
// keeps it in that state until release is called. Before the handover it calls run, whose
// writes are such writes. The server needs enableTestCommands=1.
func HandOverMongo(ctx context.Context, s *Server, run func()) (release func(context.Context) error, err error) {
	m, primary, err := primaryOf(ctx, s)
	if err != nil {
		return nil, err
	}
	next := slices.IndexFunc(m.uri.Hosts, func(host string) bool { return host != primary })
	if next < 0 {
		return nil, errors.New("containers: the MongoDB deployment has no second member")
	}
	client, err := mongo.Connect(options.Client().SetHosts([]string{m.uri.Hosts[next]}).SetDirect(true))
	if err != nil {
		return nil, err
	}
	admin := client.Database("admin")
	snapshots := func(ctx context.Context, mode string) error {
		return admin.RunCommand(ctx, bson.D{{Key: "configureFailPoint", Value: "disableSnapshotting"}, {Key: "mode", Value: mode}}).Err()
	}
	release = func(ctx context.Context) error {
		defer client.Disconnect(ctx)
		if err := snapshots(ctx, "off"); err != nil {
			return err
		}
		// The member learns what a majority has when that changes.
		return m.client.Database("admin").RunCommand(ctx, bson.D{{Key: "appendOplogNote", Value: 1}, {Key: "data", Value: bson.D{}}}).Err()
	}
	if err := snapshots(ctx, "alwaysOn"); err != nil {
		return nil, errors.Join(err, client.Disconnect(ctx))
	}
	run()
	// A member that has stepped down does not stand for election for a while.
	if err := admin.RunCommand(ctx, bson.D{{Key: "replSetFreeze", Value: 0}}).Err(); err != nil {
		return nil, errors.Join(fmt.Errorf("containers: handing over: %w", err), release(ctx))
	}
	if err = stepUp(ctx, admin); err == nil {
		err = m.differs(ctx, primary)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("containers: handing over: %w", err), release(ctx))
	}
	return release, nil
}

// stepUp makes a member of a replica set the primary. It returns when the member has all
// writes of the others, and they have voted for it.
func stepUp(ctx context.Context, admin *mongo.Database) error {
	for {
		err := admin.RunCommand(ctx, bson.D{{Key: "replSetStepUp", Value: 1}}).Err()
		if failed, ok := errors.AsType[mongo.CommandError](err); !ok || failed.Name != "CommandFailed" {
			return err
		}
	}
}

// KillMongo kills the primary of a replica set that Mongo started in a container. It
// returns when the members have elected another primary. Revive starts the server
// again.
func KillMongo(ctx context.Context, s *Server) (revive func(context.Context) error, err error) {
	if s.container == nil {
		return nil, errors.New("containers: the MongoDB deployment is not in a container of ours")
	}
	m, primary, err := primaryOf(ctx, s)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(primary)
	if err != nil {
		return nil, err
	}
	if err := s.run(ctx, endMongo(port)); err != nil {
		return nil, err
	}
	revive = func(ctx context.Context) error { return s.run(ctx, mongod(port, true)) }
	return revive, m.differs(ctx, primary)
}

// StallMongoSecondaries suspends the secondaries of a replica set that Mongo started in
// a container, until resume is called. Until then no majority can acknowledge a write.
// After ten seconds the primary steps down.
func StallMongoSecondaries(ctx context.Context, s *Server) (resume func(context.Context) error, err error) {
	if s.container == nil {
		return nil, errors.New("containers: the MongoDB deployment is not in a container of ours")
	}
	m, primary, err := primaryOf(ctx, s)
	if err != nil {
		return nil, err
	}
	var pids strings.Builder
	for _, host := range m.uri.Hosts {
		_, port, err := net.SplitHostPort(host)
		if err != nil {
			return nil, err
		}
		if host != primary {
			pids.WriteString(" $(cat /data/" + port + ".pid)")
		}
	}
	resume = func(ctx context.Context) error { return s.run(ctx, "kill -CONT"+pids.String()) }
	// A signal stops a process only when one of its threads gets a processor to receive
	// it. On a busy machine the other threads could acknowledge a write until then.
	return resume, s.run(ctx, "kill -STOP"+pids.String()+` && for pid in`+pids.String()+
		`; do while grep -h ^State: /proc/$pid/task/*/status | grep -qv "T (stopped)"; do sleep 0.01; done; done`)
}

// primaryOf returns the address of the primary.
func primaryOf(ctx context.Context, s *Server) (m *mongoDeployment, address string, err error) {
	m, ok := s.engine.(*mongoDeployment)
	if !ok {
		return nil, "", fmt.Errorf("containers: the %s server is no MongoDB", s.Engine)
	}
	address, err = m.findPrimary(ctx)
	return m, address, err
}

// findPrimary returns the address of the primary. It waits until there is one.
func (m *mongoDeployment) findPrimary(ctx context.Context) (string, error) {
	hello, err := m.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		return "", err
	}
	address, ok := hello.Lookup("me").StringValueOK()
	if !ok {
		return "", errors.New("containers: the MongoDB deployment is no replica set")
	}
	return address, nil
}

// differs waits until another member than former is the primary.
func (m *mongoDeployment) differs(ctx context.Context, former string) error {
	for {
		now, err := m.findPrimary(ctx)
		if now != former && err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// run runs a command in the server's container.
func (s *Server) run(ctx context.Context, command string) error {
	code, output, err := s.container.Exec(ctx, []string{"bash", "-c", command})
	if err != nil {
		return err
	}
	text, err := io.ReadAll(output)
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("containers: %q exited with %d: %s", command, code, text)
	}
	return nil
}
