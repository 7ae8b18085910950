package containers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// MongoURI is the environment variable with the URI of a running MongoDB.
const MongoURI = "TENON_MONGO_URI"

// MongoOptions describes a MongoDB deployment. The zero value is the deployment that
// TENON_MONGO_URI names, or else a standalone server of version 6.
type MongoOptions struct {
	// Version is the version to start in a container: "6" (the default), "7". It
	// is ignored for a running deployment.
	Version string

	// Members is the number of members of the replica set, all in one container.
	// 0 means a standalone server. It is ignored for a running deployment.
	Members int

	// URI names a running deployment, and a database on it. The default is
	// TENON_MONGO_URI. If that is empty too, a container is started.
	URI string

	// AnyDatabase allows a URI whose database does not have the word "test" in
	// its name.
	AnyDatabase bool
}

// complete returns the options with defaults filled in.
func (o MongoOptions) complete() MongoOptions {
	o.URI = cmp.Or(o.URI, os.Getenv(MongoURI))
	o.Version = cmp.Or(o.Version, "6")
	if o.URI != "" {
		o.Version, o.Members = "", 0 // those of the running deployment
	}
	return o
}

// Mongo starts a MongoDB in a container, or connects to a running one. If this
// machine cannot start containers, or does not have the image, the error is a
// [*MissingError]. The caller closes the server.
func Mongo(ctx context.Context, o MongoOptions) (*Server, error) {
	o = o.complete()
	if o.URI != "" {
		return callRunning(connectMongo(ctx, o.URI, o.AnyDatabase))
	}
	image, variable := chooseImage("mongo", o.Version, "mongo", o.Version)
	if err := prepare(ctx, image, variable, MongoURI); err != nil {
		return nil, err
	}
	c, ports, err := onFreePorts(max(o.Members, 1), func(ports []string) (testcontainers.Container, error) {
		return runMongo(ctx, image, ports, o.Members > 0)
	})
	if err != nil {
		return nil, abandon(image, err, c)
	}
	members, err := reachEach(ctx, c, ports)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	uri := "mongodb://" + strings.Join(members, ",") + "/tenon_test"
	if o.Members > 0 {
		// A single member is never killed, so it need not journal a write before it
		// acknowledges it. Journaling takes a third of a write's time.
		if err := initiate(ctx, members, o.Members > 1); err != nil {
			return nil, abandon(image, err, c)
		}
		uri += "?replicaSet=" + mongoSet
	}
	server, err := connectMongo(ctx, uri, false)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	server.container, server.Deployment = c, oneContainer
	if o.Members == 1 {
		server.Deployment = "a replica set of one in a container"
	} else if o.Members > 1 {
		server.Deployment = fmt.Sprintf("a replica set of %d in a container", o.Members)
	}
	server.closers = append(server.closers, func() error { return remove(c) })
	return server, nil
}

// mongoSet is the name of the replica sets that Mongo creates.
const mongoSet = "rs"

// runMongo starts a container with a server on each port. The data is in memory. A
// journal in memory survives the end of a server, too.
func runMongo(ctx context.Context, image string, ports []string, set bool) (testcontainers.Container, error) {
	var script strings.Builder
	for _, port := range ports {
		script.WriteString("mkdir /data/" + port + " && " + mongod(port, set) + " && ")
	}
	return runMongoHost(ctx, image, ports, script.String())
}

// runMongoHost starts a container that publishes these ports and runs a script.
func runMongoHost(ctx context.Context, image string, ports []string, script string) (testcontainers.Container, error) {
	exposed, bound := make([]string, len(ports)), network.PortMap{}
	for i, port := range ports {
		exposed[i] = port + "/tcp"
		bound[network.MustParsePort(exposed[i])] = bindLoopback(port)
	}
	return testcontainers.Run(ctx, image,
		testcontainers.WithEntrypoint("bash", "-c"),
		testcontainers.WithCmd(script+"echo "+ready+" && sleep infinity & wait"), // bash, unlike sleep, buries servers that have ended
		testcontainers.WithExposedPorts(exposed...),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.Tmpfs, h.PortBindings = map[string]string{"/data": ""}, bound
		}),
		waitFor(waitForLine(ready)),
		testcontainers.WithLogger(log.NewNoopLogger()))
}

// mongod returns the command that starts a server in the background. Its cache is
// small, since tests store little. Test commands are enabled, so tests can inject
// failures. The TTL monitor runs every second. Collecting diagnostic data is off: it takes
// half of the time of an idle server.
func mongod(port string, set bool) string {
	place := "/data/" + port
	command := "mongod --fork --bind_ip_all --port " + port + " --dbpath " + place +
		" --logpath " + place + ".log --logappend --pidfilepath " + place + ".pid" +
		" --wiredTigerCacheSizeGB 0.25 --setParameter enableTestCommands=1 --setParameter ttlMonitorSleepSecs=1" +
		" --setParameter diagnosticDataCollectionEnabled=false"
	if set {
		command += " --replSet " + mongoSet
	}
	return command
}

// initiate makes the servers a replica set, and waits for its first primary. If
// journaled is set, a write with a majority is acknowledged only when it is in the
// members' journals.
func initiate(ctx context.Context, members []string, journaled bool) error {
	client, err := mongo.Connect(options.Client().SetHosts(members[:1]).SetDirect(true).SetServerSelectionTimeout(startPatience))
	if err != nil {
		return err
	}
	defer client.Disconnect(context.WithoutCancel(ctx))
	admin := client.Database("admin")
	list := bson.A{}
	for i, host := range members {
		list = append(list, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: host}})
	}
	err = admin.RunCommand(ctx, bson.D{{Key: "replSetInitiate", Value: bson.D{
		{Key: "_id", Value: mongoSet}, {Key: "members", Value: list},
		{Key: "writeConcernMajorityJournalDefault", Value: journaled},
		// A member that stalls for a moment must not cause an election.
		{Key: "settings", Value: bson.D{{Key: "electionTimeoutMillis", Value: 10_000}, {Key: "heartbeatIntervalMillis", Value: 300}}},
	}}}).Err()
	if err != nil {
		return err
	}
	if len(members) > 1 {
		// The members themselves would first wait for electionTimeoutMillis.
		if err := stepUp(ctx, admin); err != nil {
			return fmt.Errorf("containers: electing a primary: %w", err)
		}
	}
	set, err := mongo.Connect(options.Client().SetHosts(members).SetReplicaSet(mongoSet).SetServerSelectionTimeout(startPatience))
	if err != nil {
		return err
	}
	defer set.Disconnect(context.WithoutCancel(ctx))
	return set.Ping(ctx, readpref.Primary())
}

// connectMongo connects to a deployment and finds out its version. It refuses a
// database whose name does not show that it is for tests. It writes nothing.
func connectMongo(ctx context.Context, uri string, anyDatabase bool) (*Server, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, errors.New("containers: the URI of the MongoDB deployment cannot be parsed") // the driver's text contains the password
	}
	if err := checkName(parsed.Database, anyDatabase); err != nil {
		return nil, err
	}
	settings := options.Client().ApplyURI(uri)
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, errors.New("containers: the URI of the MongoDB deployment cannot be used")
	}
	m := &mongoDeployment{uri: parsed, tls: settings.TLSConfig, client: client}
	version, err := m.survey(ctx)
	if err != nil {
		client.Disconnect(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("containers: asking the MongoDB deployment at %s: %w", strings.Join(parsed.Hosts, ","), err)
	}
	return &Server{
		Engine: "MongoDB", Version: version, DSN: uri, engine: m,
		closers: []func() error{func() error { return client.Disconnect(context.Background()) }},
	}, nil
}
