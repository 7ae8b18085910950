package mongo_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/tag"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
)

// clientValue is a value of a field of options.ClientOptions.
type clientValue struct {
	text  string
	set   func(*options.ClientOptions)
	clock bool // whether it limits calls depends on how fast the server is
}

func (v clientValue) String() string { return v.text }

// values makes values of what a setter takes.
func values[T any](set func(*options.ClientOptions, T), of ...choice[T]) (list []clientValue) {
	for _, n := range of {
		list = append(list, clientValue{text: n.text, set: func(o *options.ClientOptions) { set(o, n.value) }})
	}
	return list
}

// choice is a value and how it is called.
type choice[T any] struct {
	text  string
	value T
}

type setter[T any] func(*options.ClientOptions, T)

func bools(set setter[bool]) []clientValue {
	return values(set, choice[bool]{"true", true}, choice[bool]{"false", false})
}

func durations(set setter[time.Duration]) []clientValue {
	list := values(set, choice[time.Duration]{"0s", 0}, choice[time.Duration]{"1ns", 1}, choice[time.Duration]{"1ms", time.Millisecond},
		choice[time.Duration]{"1m", time.Minute}, choice[time.Duration]{"the longest", 1<<63 - 1})
	for _, i := range []int{0, 1, 2, 4} { // the driver adds the longest to the time of day
		list[i].clock = true
	}
	return list
}

func numbers(set setter[uint64]) []clientValue {
	return values(set, choice[uint64]{"0", 0}, choice[uint64]{"1", 1}, choice[uint64]{"7", 7}, choice[uint64]{"100000", 100_000})
}

func texts(set setter[string], list ...string) (v []clientValue) {
	for _, text := range list {
		v = append(v, values(set, choice[string]{text, text})...)
	}
	return v
}

// concerns are values of what clients and databases have.
var (
	readConcerns = []choice[*readconcern.ReadConcern]{
		{"local", readconcern.Local()}, {"available", readconcern.Available()}, {"majority", readconcern.Majority()},
		{"linearizable", readconcern.Linearizable()}, {"snapshot", readconcern.Snapshot()}, {"none", &readconcern.ReadConcern{}},
	}
	no            = false
	writeConcerns = []choice[*writeconcern.WriteConcern]{
		{"w: 0", writeconcern.Unacknowledged()}, {"w: 1", writeconcern.W1()}, {"w: 1, no journal", &writeconcern.WriteConcern{W: 1, Journal: &no}},
		{"journaled", writeconcern.Journaled()}, {"majority", writeconcern.Majority()}, {"w: 2", &writeconcern.WriteConcern{W: 2}},
		{"w: nowhere", &writeconcern.WriteConcern{W: "nowhere"}}, {"none", &writeconcern.WriteConcern{}},
	}
	readPreferences = []choice[*readpref.ReadPref]{
		{"primary", readpref.Primary()}, {"primary preferred", readpref.PrimaryPreferred()}, {"secondary", readpref.Secondary()},
		{"secondary preferred", readpref.SecondaryPreferred()}, {"nearest", readpref.Nearest()},
		{"nearest, of tags that no server has", readpref.Nearest(readpref.WithTagSets(tag.Set{{Name: "dc", Value: "nowhere"}}))},
		{"secondary, 90 s stale", readpref.Secondary(readpref.WithMaxStaleness(90 * time.Second))},
	}
	registries = []choice[*bson.Registry]{{"of empty strings", silent()}, {"new", bson.NewRegistry()}}
)

// bsonOptions has a value for each of the options, and one for all.
func bsonOptions() (list []choice[*options.BSONOptions]) {
	all := &options.BSONOptions{}
	for i := range reflect.TypeFor[options.BSONOptions]().NumField() {
		one := &options.BSONOptions{}
		reflect.ValueOf(one).Elem().Field(i).SetBool(true)
		name := reflect.TypeFor[options.BSONOptions]().Field(i).Name
		list = append(list, choice[*options.BSONOptions]{name, one})
		// An ObjectID as text, and binary data as slices, do not go with others.
		reflect.ValueOf(all).Elem().Field(i).SetBool(true)
	}
	return append(list, choice[*options.BSONOptions]{"all", all})
}

// dialer dials, and makes sockets small.
type dialer struct{}

func (dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if tcp, ok := c.(*net.TCPConn); ok {
		err = tcp.SetWriteBuffer(1)
	}
	return c, err
}

func serverAPI(strict, deprecated bool) *options.ServerAPIOptions {
	return options.ServerAPI(options.ServerAPIVersion1).SetStrict(strict).SetDeprecationErrors(deprecated)
}

type client = options.ClientOptions

// clientOptions are the fields of options.ClientOptions.
var clientOptions = []setting[clientValue]{
	{name: "AppName", values: texts(func(o *client, v string) { o.SetAppName(v) }, "tenon", "é 'x'", strings.Repeat("x", 129))},
	{name: "Auth", values: values(func(o *client, v options.Credential) { o.SetAuth(v) },
		choice[options.Credential]{"SCRAM-SHA-256", options.Credential{AuthMechanism: "SCRAM-SHA-256", AuthSource: "tenon_test", Username: "ann", Password: "secret"}},
		choice[options.Credential]{"SCRAM-SHA-1", options.Credential{AuthMechanism: "SCRAM-SHA-1", AuthSource: "tenon_test", Username: "ann", Password: "secret"}},
		choice[options.Credential]{"of no user", options.Credential{Username: "unknown", Password: "secret"}})},
	{name: "AutoEncryptionOptions", notRun: "the driver panics unless it is built with libmongocrypt"},
	{name: "ConnectTimeout", values: durations(func(o *client, v time.Duration) { o.SetConnectTimeout(v) })},
	{name: "Compressors", values: values(func(o *client, v []string) { o.SetCompressors(v) },
		choice[[]string]{"snappy", []string{"snappy"}}, choice[[]string]{"zlib", []string{"zlib"}}, choice[[]string]{"zstd", []string{"zstd"}}, choice[[]string]{"lzma", []string{"lzma"}})},
	{name: "Dialer", values: values(func(o *client, v options.ContextDialer) { o.SetDialer(v) }, choice[options.ContextDialer]{"of small buffers", dialer{}})},
	{name: "Direct", values: bools(func(o *client, v bool) { o.SetDirect(v) })},
	{name: "DisableCertificateRevocationCheck", values: bools(func(o *client, v bool) { o.SetDisableCertificateRevocationCheck(v) })},
	{name: "DisableOCSPEndpointCheck", values: bools(func(o *client, v bool) { o.SetDisableOCSPEndpointCheck(v) })},
	{name: "DriverInfo", values: values(func(o *client, v *options.DriverInfo) { o.SetDriverInfo(v) }, choice[*options.DriverInfo]{"tenon", &options.DriverInfo{Name: "tenon", Version: "1"}})},
	{name: "HeartbeatInterval", values: values(func(o *client, v time.Duration) { o.SetHeartbeatInterval(v) },
		choice[time.Duration]{"499ms", 499 * time.Millisecond}, choice[time.Duration]{"500ms", 500 * time.Millisecond}, choice[time.Duration]{"10m", 10 * time.Minute})},
	{name: "Hosts", values: values(func(o *client, v bool) {
		if v {
			o.SetHosts(append(o.Hosts, o.Hosts...))
		} else {
			o.SetHosts([]string{"127.0.0.1:1"})
		}
	}, choice[bool]{"the server, twice", true}, choice[bool]{"no server", false})},
	{name: "HTTPClient", values: values(func(o *client, v *http.Client) { o.SetHTTPClient(v) }, choice[*http.Client]{"another", &http.Client{Timeout: time.Second}})},
	{name: "LoadBalanced", values: bools(func(o *client, v bool) { o.SetLoadBalanced(v); o.ReplicaSet = nil })},
	{name: "LocalThreshold", values: values(func(o *client, v time.Duration) { o.SetLocalThreshold(v) }, choice[time.Duration]{"0s", 0}, choice[time.Duration]{"1m", time.Minute})},
	{name: "LoggerOptions", values: values(func(o *client, v options.LogLevel) {
		o.SetLoggerOptions(options.Logger().SetComponentLevel(options.LogComponentAll, v).SetSink(sink{}))
	}, choice[options.LogLevel]{"debug", options.LogLevelDebug}, choice[options.LogLevel]{"info", options.LogLevelInfo})},
	{name: "MaxConnIdleTime", values: values(func(o *client, v time.Duration) { o.SetMaxConnIdleTime(v) },
		choice[time.Duration]{"0s", 0}, choice[time.Duration]{"1ms", time.Millisecond}, choice[time.Duration]{"1h", time.Hour})},
	{name: "MaxPoolSize", values: numbers(func(o *client, v uint64) { o.SetMaxPoolSize(v) })},
	{name: "MinPoolSize", values: numbers(func(o *client, v uint64) { o.SetMinPoolSize(v) })[:3]},
	{name: "MaxConnecting", values: numbers(func(o *client, v uint64) { o.SetMaxConnecting(v) })},
	{name: "PoolMonitor", values: values(func(o *client, v *event.PoolMonitor) { o.SetPoolMonitor(v) }, choice[*event.PoolMonitor]{"one", &event.PoolMonitor{Event: func(*event.PoolEvent) {}}})},
	{name: "Monitor", values: values(func(o *client, v *event.CommandMonitor) { o.SetMonitor(v) },
		choice[*event.CommandMonitor]{"one", &event.CommandMonitor{Started: func(context.Context, *event.CommandStartedEvent) {}}})},
	{name: "ServerMonitor", values: values(func(o *client, v *event.ServerMonitor) { o.SetServerMonitor(v) },
		choice[*event.ServerMonitor]{"one", &event.ServerMonitor{ServerHeartbeatSucceeded: func(*event.ServerHeartbeatSucceededEvent) {}}})},
	{name: "ReadConcern", values: values(func(o *client, v *readconcern.ReadConcern) { o.SetReadConcern(v) }, readConcerns...)},
	{name: "ReadPreference", values: values(func(o *client, v *readpref.ReadPref) { o.SetReadPreference(v) }, readPreferences...)},
	{name: "BSONOptions", values: values(func(o *client, v *options.BSONOptions) { o.SetBSONOptions(v) }, bsonOptions()...)},
	{name: "Registry", values: values(func(o *client, v *bson.Registry) { o.SetRegistry(v) }, registries...)},
	{name: "ReplicaSet", values: texts(func(o *client, v string) { o.SetReplicaSet(v) }, "rs", "other")},
	{name: "RetryReads", values: bools(func(o *client, v bool) { o.SetRetryReads(v) })},
	{name: "RetryWrites", values: bools(func(o *client, v bool) { o.SetRetryWrites(v) })},
	{name: "ServerAPIOptions", values: values(func(o *client, v *options.ServerAPIOptions) { o.SetServerAPIOptions(v) },
		choice[*options.ServerAPIOptions]{"1", serverAPI(false, false)}, choice[*options.ServerAPIOptions]{"1, strict", serverAPI(true, false)},
		choice[*options.ServerAPIOptions]{"1, errors for what is deprecated", serverAPI(false, true)}, choice[*options.ServerAPIOptions]{"1, strict, errors for what is deprecated", serverAPI(true, true)})},
	{name: "ServerMonitoringMode", values: texts(func(o *client, v string) { o.SetServerMonitoringMode(v) }, "auto", "poll", "stream", "other")},
	{name: "ServerSelectionTimeout", values: durations(func(o *client, v time.Duration) { o.SetServerSelectionTimeout(v) })},
	{name: "SRVMaxHosts", values: values(func(o *client, v int) { o.SetSRVMaxHosts(v) }, choice[int]{"0", 0}, choice[int]{"1", 1})},
	{name: "SRVServiceName", values: texts(func(o *client, v string) { o.SetSRVServiceName(v) }, "other")},
	{name: "Timeout", values: durations(func(o *client, v time.Duration) { o.SetTimeout(v) })},
	{name: "TLSConfig", values: values(func(o *client, v *tls.Config) { o.SetTLSConfig(v) }, choice[*tls.Config]{"of a server without TLS", &tls.Config{InsecureSkipVerify: true}})},
	{name: "WriteConcern", values: values(func(o *client, v *writeconcern.WriteConcern) { o.SetWriteConcern(v) }, writeConcerns...)},
	{name: "ZlibLevel", values: values(func(o *client, v int) { o.SetCompressors([]string{"zlib"}).SetZlibLevel(v) }, choice[int]{"-1", -1}, choice[int]{"0", 0}, choice[int]{"9", 9}, choice[int]{"10", 10})},
	{name: "ZstdLevel", values: values(func(o *client, v int) { o.SetCompressors([]string{"zstd"}).SetZstdLevel(v) }, choice[int]{"-1", -1}, choice[int]{"1", 1}, choice[int]{"20", 20}, choice[int]{"100", 100})},
	{name: "MaxAdaptiveRetries", values: values(func(o *client, v uint) { o.SetMaxAdaptiveRetries(v) }, choice[uint]{"0", 0}, choice[uint]{"1000", 1000})},
	{name: "EnableOverloadRetargeting", values: bools(func(o *client, v bool) { o.SetEnableOverloadRetargeting(v) })},
	{name: "Crypt", notRun: "the driver's own, not to be set"},
	{name: "Deployment", notRun: "the driver's own, not to be set"},
	{name: "Custom", notRun: "the driver's own, not to be set"},
}

// sink drops what is logged.
type sink struct{}

func (sink) Info(int, string, ...any)    {}
func (sink) Error(error, string, ...any) {}

// TestClientOptionsAreAll looks which options the driver has.
func TestClientOptionsAreAll(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[options.ClientOptions]()) {
		if f.IsExported() && !slices.ContainsFunc(clientOptions, func(s setting[clientValue]) bool { return s.name == f.Name }) {
			t.Errorf("clients have the option %s, which is not tried", f.Name)
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[options.DatabaseOptions]()) {
		if !slices.ContainsFunc(databaseOptions, func(s setting[databaseValue]) bool { return s.name == f.Name }) {
			t.Errorf("databases have the option %s, which is not tried", f.Name)
		}
	}
}

func clientCases(testing.TB, *stage) []environment.Case { return casesOf(clientOptions) }

// tryClient gives New a database of a client with the option, and of one without.
func tryClient(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	v, notRun := valueOf(clientOptions, cases[0])
	if notRun != nil {
		return *notRun
	}
	if cases[0].Name == "Auth" {
		s.user(t)
	}
	set := func(o *options.ClientOptions) {
		if cases[0].Name != "ServerSelectionTimeout" && environmenttest.Hurried(t.Context()) {
			o.SetServerSelectionTimeout(3 * time.Second)
		}
		v.set(o)
	}
	c, err := driver.Connect(func() *options.ClientOptions { o := options.Client().ApplyURI(s.server.DSN); set(o); return o }())
	if err != nil {
		return cannotBeSet(err.Error())
	}
	t.Cleanup(func() { c.Disconnect(context.WithoutCancel(t.Context())) })
	p := newSpot(t, s.db)
	first, err := p.on(c.Database(s.db.Name()))
	return judgeOpened(t, p, v.clock, first, err, func() string { return refusal(t, s.server.DSN, set) })
}

// databaseValue is a value of a field of options.DatabaseOptions.
type databaseValue struct {
	text string
	set  func(*options.DatabaseOptionsBuilder)
}

func (v databaseValue) String() string { return v.text }

func ofDatabase[T any](set func(*options.DatabaseOptionsBuilder, T), of []choice[T]) (list []databaseValue) {
	for _, n := range of {
		list = append(list, databaseValue{n.text, func(o *options.DatabaseOptionsBuilder) { set(o, n.value) }})
	}
	return list
}

// databaseOptions are the fields of options.DatabaseOptions.
var databaseOptions = []setting[databaseValue]{
	{name: "ReadConcern", values: ofDatabase(func(o *options.DatabaseOptionsBuilder, v *readconcern.ReadConcern) { o.SetReadConcern(v) }, readConcerns)},
	{name: "WriteConcern", values: ofDatabase(func(o *options.DatabaseOptionsBuilder, v *writeconcern.WriteConcern) { o.SetWriteConcern(v) }, writeConcerns)},
	{name: "ReadPreference", values: ofDatabase(func(o *options.DatabaseOptionsBuilder, v *readpref.ReadPref) { o.SetReadPreference(v) }, readPreferences)},
	{name: "BSONOptions", values: ofDatabase(func(o *options.DatabaseOptionsBuilder, v *options.BSONOptions) { o.SetBSONOptions(v) }, bsonOptions())},
	{name: "Registry", values: ofDatabase(func(o *options.DatabaseOptionsBuilder, v *bson.Registry) { o.SetRegistry(v) }, registries)},
}

func databaseCases(testing.TB, *stage) []environment.Case { return casesOf(databaseOptions) }

// tryDatabase gives New a database with the option.
func tryDatabase(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	v, _ := valueOf(databaseOptions, cases[0])
	o := options.Database()
	v.set(o)
	p := newSpot(t, s.db)
	first, err := p.on(s.db.Client().Database(s.db.Name(), o))
	servertest.OK(t, err)
	return judge(t, first, p.plain())
}

// user makes the user ann, for settings that are about users: the server lets
// everybody in.
func (s *stage) user(t testing.TB) {
	t.Helper()
	err := s.db.RunCommand(t.Context(), bson.D{{Key: "createUser", Value: "ann"}, {Key: "pwd", Value: "secret"}, {Key: "roles", Value: bson.A{"readWrite"}}}).Err()
	if e, ok := err.(driver.ServerError); err != nil && !(ok && e.HasErrorCode(alreadyExists)) {
		t.Fatal(err)
	}
}

const alreadyExists = 51003
