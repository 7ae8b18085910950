package mongo_test

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
)

// parameter is a parameter of a server.
type parameter struct {
	name             string
	value            bson.RawValue // its own; of a feature flag, whether it is on
	runtime, startup bool          // when it can be set
}

// parametersOf asks a server for its parameters. Fail points are left out, which
// only a server for tests has: they make it fail on purpose.
func parametersOf(t testing.TB, db *driver.Database) (list []parameter) {
	t.Helper()
	raw, err := adminCommand(t, db, bson.D{{Key: "getParameter", Value: bson.D{{Key: "showDetails", Value: true}, {Key: "allParameters", Value: true}}}})
	servertest.OK(t, err)
	elements, err := raw.Elements()
	servertest.OK(t, err)
	for _, e := range elements {
		details, ok := e.Value().DocumentOK()
		if !ok || strings.HasPrefix(e.Key(), "failpoint.") {
			continue
		}
		p := parameter{name: e.Key(), value: details.Lookup("value")}
		p.runtime, _ = details.Lookup("settableAtRuntime").BooleanOK()
		p.startup, _ = details.Lookup("settableAtStartup").BooleanOK()
		if inner := details.Lookup("value", "value"); inner.Type == bson.TypeBoolean {
			p.value = inner
		}
		if p.runtime || p.startup {
			list = append(list, p)
		}
	}
	return list
}

// settable are the parameters that are set at run time, or else those that can
// only be set at start-up.
func settable(t testing.TB, db *driver.Database, runtime bool) (list []parameter) {
	t.Helper()
	for _, p := range parametersOf(t, db) {
		if p.runtime == runtime {
			list = append(list, p)
		}
	}
	return list
}

// mattering are the parameters that may well change answers: each is tried
// alone.
var mattering = regexp.MustCompile(`^(requireApiVersion|notablescan|transactionLifetime|maxTransaction|ttlMonitor|internalQueryExecYield|internalQueryForceClassic|` +
	`enableTestCommands|maxBSONDepth|maxSessions|localLogicalSession)`)

func isMattering(name string) bool {
	return mattering.MatchString(name) || slices.Contains(fatal, name)
}

// otherTexts are values of parameters that are no booleans and no numbers (those
// of documents are JSON), and of those whose largest number takes the server
// a minute.
var otherTexts = map[string][]string{
	"storageEngineConcurrentReadTransactions": {"5", "10000"}, "storageEngineConcurrentWriteTransactions": {"5", "10000"},
	"wiredTigerConcurrentReadTransactions": {"5", "10000"}, "wiredTigerConcurrentWriteTransactions": {"5", "10000"},
	"AlwaysRecordTraffic": {"/tmp"}, "ShardingTaskExecutorPoolReplicaSetMatching": {"disabled", "matchPrimaryNode", "matchBusiestNode"},
	"authenticationMechanisms": {"SCRAM-SHA-256", "PLAIN", "NONE"}, "authorizationManagerPinnedUsers": {`[{"user":"ann","db":"admin"}]`},
	"automationServiceDescriptor": {"tenon"}, "awsEC2InstanceMetadataUrl": {"http://127.0.0.1:1"}, "awsECSInstanceMetadataUrl": {"http://127.0.0.1:1"},
	"backtraceLogFile": {"/tmp/trace"}, "cloudFreeMonitoringEndpointURL": {"http://127.0.0.1:1"}, "clusterAuthMode": {"sendX509", "x509"},
	"clusterIpSourceAllowlist": {`["127.0.0.1"]`}, "diagnosticDataCollectionDirectoryPath": {"/tmp/diagnostics"},
	"diagnosticDataCollectionStatsNamespaces": {`["tenon_test.users"]`}, "disabledSecureAllocatorDomains": {"*"},
	"initialServiceExecutorThreadingModel": {"borrowed"}, "initialSyncMethod": {"fileCopyBased"}, "initialSyncOplogBuffer": {"inMemoryBlockingQueue"},
	"initialSyncSourceReadPreference": {"primary", "nearest"}, "logComponentVerbosity": {`{"verbosity":5}`, `{"query":{"verbosity":2}}`},
	"mirrorReads": {`{"samplingRate":1.0}`, `{"samplingRate":0.0}`}, "opensslCipherConfig": {"HIGH"}, "opensslCipherSuiteConfig": {"TLS_AES_256_GCM_SHA384"},
	"opensslDiffieHellmanParameters": {"/nowhere.pem"}, "planCacheSize": {"1MB", "1%", "50%"}, "readHedgingMode": {"off"}, "recoverToOplogTimestamp": {`{"timestamp":1}`},
	"replicaSetMonitorProtocol": {"sdam"}, "saslHostName": {"localhost"}, "saslServiceName": {"other"}, "saslauthdPath": {"/tmp"}, "sslMode": {"allowSSL", "preferSSL"},
	"storageEngineQueueingPolicy": {"roundRobin"}, "suppressNetworkInterfaceTransportLayerExceptions": {"true"}, "tcmallocEnableMarkThreadTemporarilyIdle": {"true"},
	"tlsCATrusts": {`[]`}, "tlsMode": {"allowTLS", "preferTLS"}, "tlsX509ClusterAuthDNOverride": {"O=tenon"}, "trafficRecordingDirectory": {"/tmp"},
	"wiredTigerEngineRuntimeConfig": {"eviction=(threads_max=2)", "cache_size=256M"},
}

// parameterCases are those of the parameters that can be set at run time.
func parameterCases(t testing.TB, s *stage) []environment.Case {
	if !everything() {
		return together(tried(t, s, "parameter", namesOf(settable(t, s.db, true))))
	}
	if len(s.found.runtime) > 0 {
		return together(s.found.runtime)
	}
	db, release := s.own.use(t)
	defer release(true) // some keep more than their value
	s.found.runtime = valuesOf(settable(t, db, true), func(assignments []string) (refusals []string) {
		for _, a := range assignments {
			name, text, _ := strings.Cut(a, "=")
			was, err := getParameter(t, db, name)
			servertest.OK(t, err)
			reason := ""
			if err := setParameter(t, db, name, valueLike(text, was)); err != nil {
				reason = err.Error()
			} else {
				setParameter(t, db, name, was) // some do not go back
			}
			refusals = append(refusals, reason)
		}
		return refusals
	})
	return together(s.found.runtime)
}

// startCases are those of the parameters that can only be set at start-up.
func startCases(t testing.TB, s *stage) []environment.Case {
	list := settable(t, s.db, false)
	if !everything() {
		return together(tried(t, s, "parameter at start-up", namesOf(list)))
	}
	if len(s.found.startup) > 0 {
		return together(s.found.startup)
	}
	// A server whose directory is not there looks at its parameters first.
	const script = `for p in "$@"; do mongod --dbpath /nowhere --setParameter "$p" 2>&1 | head -1; done`
	s.found.startup = valuesOf(list, func(assignments []string) (refusals []string) {
		_, text, err := containers.RunOnMongoHost(t.Context(), s.host, append([]string{"bash", "-c", script, "_"}, assignments...)...)
		servertest.OK(t, err)
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "BadValue") {
				line = ""
			}
			refusals = append(refusals, line)
		}
		return refusals
	})
	return together(s.found.startup)
}

func namesOf(list []parameter) (names []string) {
	for _, p := range list {
		names = append(names, p.name)
	}
	return names
}

// found are the cases of parameters, which are the same on each deployment.
type found struct{ runtime, startup []environment.Case }

func together(cases []environment.Case) []environment.Case {
	for i := range cases {
		cases[i].Together = !isMattering(cases[i].Name)
	}
	return cases
}

// valuesOf returns the cases of parameters: of booleans the other value, of
// numbers the smallest and the largest that the server takes, of texts those of
// a list. Ask tells why the server refuses an assignment, or "".
func valuesOf(list []parameter, ask func([]string) []string) (cases []environment.Case) {
	limits := limitsOf(list, ask)
	for _, p := range list {
		texts := otherTexts[p.name]
		switch p.value.Type {
		case bson.TypeBoolean:
			texts = []string{strconv.FormatBool(!p.value.Boolean())}
		case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble:
			if len(texts) == 0 {
				texts = slices.Compact(slices.Sorted(slices.Values(limits[p.name])))
			}
		}
		if len(texts) == 0 {
			cases = append(cases, environment.Case{Name: p.name, Value: "any"})
		}
		for _, text := range texts {
			cases = append(cases, environment.Case{Name: p.name, Value: text})
		}
	}
	return cases
}

func getParameter(t testing.TB, db *driver.Database, name string) (bson.RawValue, error) {
	raw, err := adminCommand(t, db, bson.D{{Key: "getParameter", Value: 1}, {Key: name, Value: 1}})
	return raw.Lookup(name), err
}

func setParameter(t testing.TB, db *driver.Database, name string, value any) error {
	_, err := adminCommand(t, db, bson.D{{Key: "setParameter", Value: 1}, {Key: name, Value: value}})
	return err
}

// valueLike returns the value that a text stands for, of the type of another.
func valueLike(text string, other bson.RawValue) any {
	switch other.Type {
	case bson.TypeBoolean:
		return text == "true"
	case bson.TypeDouble:
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return x
		}
	case bson.TypeInt32, bson.TypeInt64:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	var doc bson.D
	if bson.UnmarshalExtJSON([]byte(`{"v":`+text+`}`), false, &doc) == nil && strings.ContainsAny(text[:1], "{[") {
		return doc[0].Value
	}
	return text
}

// fatal are parameters that are unfinished, and made the server end.
var fatal = []string{"internalQueryEnableCSTParser", "internalQueryEnableCascadesOptimizer"}

// untried is the verdict of a parameter that is not tried.
func untried(c environment.Case) (environment.Verdict, bool) {
	v := environment.Verdict{Outcome: environment.NotRun, Detail: "its values are not known"}
	if slices.Contains(fatal, c.Name) {
		v.Detail = "an unfinished part of the server, with which it ends"
		return v, true
	}
	if c.Name == "recoverToOplogTimestamp" {
		v.Detail = "is for looking into a backup: the server does not keep its unique indexes"
		return v, true
	}
	return v, c.Value == "any"
}

// tryParameters sets parameters on a server of its own, whose handles are one from before and
// one from afterwards.
func tryParameters(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	if v, notRun := untried(cases[0]); notRun {
		return v
	}
	db, release := s.own.use(t)
	spoilt := true
	t.Cleanup(func() { release(spoilt) })
	p := newSpot(t, db)
	second := p.plain()
	// With requireApiVersion only this client reaches the server: a client of
	// Open's has no version, and looks for a server until its time-out.
	admin := connect(t, s.own.server.DSN, func(o *options.ClientOptions) {
		o.SetServerAPIOptions(options.ServerAPI(options.ServerAPIVersion1))
	}).Client().Database("admin")
	uri := s.own.server.DSN
	if cases[0].Name == "requireApiVersion" {
		uri = with(t, uri, url.Values{"serverSelectionTimeoutMS": {"1000"}}).String()
	}
	were := make(map[string]bson.RawValue)
	restored := true
	restore := func() {
		for name, was := range were {
			ctx := context.WithoutCancel(t.Context())
			err := admin.RunCommand(ctx, bson.D{{Key: "setParameter", Value: 1}, {Key: name, Value: was}}).Err()
			now, getErr := admin.RunCommand(ctx, bson.D{{Key: "getParameter", Value: 1}, {Key: name, Value: 1}}).Raw()
			if err != nil || getErr != nil || !now.Lookup(name).Equal(was) {
				restored = false
				break // the server goes, and each command to one that is gone takes half a minute
			}
		}
		clear(were)
	}
	t.Cleanup(restore)
	for _, c := range cases {
		was, err := getParameter(t, db, c.Name)
		restored = restored && err == nil // some cannot be read
		if err := setParameter(t, db, c.Name, valueLike(c.Value, was)); err != nil {
			restore()
			spoilt = !restored
			return engine.CannotBeSet(err)
		}
		were[c.Name] = was
	}
	v := p.judge(uri, second)
	restore()
	spoilt = !restored || v.Outcome != environment.Holds
	return v
}

// reasonOf is what the server says without the name of the error.
func reasonOf(err error) string {
	if e, ok := errors.AsType[driver.CommandError](err); ok {
		return e.Message
	}
	return err.Error()
}

// tryStart starts a server with parameters.
func tryStart(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	if v, notRun := untried(cases[0]); notRun {
		return v
	}
	arguments, testing := common, "enableTestCommands=1"
	for _, c := range cases {
		if c.Name == "enableTestCommands" {
			testing = ""
		}
		arguments = append(arguments[:len(arguments):len(arguments)], "--setParameter", c.Name+"="+c.Value)
	}
	if testing != "" {
		arguments = append(arguments, "--setParameter", testing)
	}
	return judgeStarted(t, s, arguments)
}

// judgeStarted is the verdict of a server that is started with arguments.
func judgeStarted(t testing.TB, s *stage, arguments []string) environment.Verdict {
	t.Helper()
	server, _, err := s.start(t, arguments...)
	if refused, ok := errors.AsType[*containers.MongoArgumentError](err); ok {
		return cannotBeSet(refused.Reason)
	}
	if err != nil {
		return cannotBeSet("the server starts, and does not answer")
	}
	p := newSpot(t, connect(t, server.DSN))
	second, err := p.on(p.db)
	if err != nil {
		return engine.Verdict(err)
	}
	return p.judge(server.DSN, second)
}
