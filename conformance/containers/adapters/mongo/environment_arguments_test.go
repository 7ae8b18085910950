package mongo_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
)

// argument is a value of an option of mongod; "" is the option alone.
type argument string

func (a argument) String() string { return string(a) }

const (
	ours       = "the test's own, to reach the server"
	needsKeys  = "needs certificates"
	ends       = "it makes the server do something else, and end"
	outside    = "needs a service outside of this machine"
	shards     = "is for sharded clusters, which are not judged"
	elsewhere  = "is tried with roles: see the objects"
	noArgument = argument("(alone)")
)

func arguments(list ...argument) []argument { return list }

// mongodOptions are the options of mongod.
var mongodOptions = []setting[argument]{
	{name: "networkMessageCompressors", values: arguments("disabled", "snappy", "zlib", "zstd")},
	{name: "help", notRun: ends}, {name: "version", notRun: ends}, {name: "shutdown", notRun: ends}, {name: "sysinfo", notRun: ends}, {name: "repair", notRun: ends},
	{name: "config", notRun: "what a file says, the other options say"}, {name: "configExpand", values: arguments("none", "rest", "exec")},
	{name: "port", notRun: ours}, {name: "fork", notRun: ours}, {name: "bind_ip", notRun: ours}, {name: "bind_ip_all", notRun: ours}, {name: "dbpath", notRun: ours},
	{name: "logpath", notRun: ours}, {name: "logappend", notRun: ours}, {name: "pidfilepath", notRun: ours}, {name: "setParameter", notRun: "see the parameters"},
	{name: "wiredTigerCacheSizeGB", notRun: ours}, {name: "replSet", notRun: "the replica set has it"},
	{name: "syslog", notRun: "the test reads the log"}, {name: "syslogFacility", values: arguments("local0")},
	{name: "ipv6", values: arguments(noArgument)}, {name: "listenBacklog", values: arguments("1", "100000")}, {name: "maxConns", values: arguments("5", "20", "1000")},
	{name: "timeZoneInfo", values: arguments("/usr/share/zoneinfo", "/nowhere")}, {name: "nounixsocket", values: arguments(noArgument)}, {name: "unixSocketPrefix", values: arguments("/data")},
	{name: "filePermissions", values: arguments("0777")}, {name: "verbose", values: arguments("vvvvv")}, {name: "quiet", values: arguments(noArgument)},
	{name: "logRotate", values: arguments("rename", "reopen")}, {name: "timeStampFormat", values: arguments("iso8601-utc", "iso8601-local")},
	{name: "noauth", values: arguments(noArgument)}, {name: "transitionToAuth", notRun: needsKeys}, {name: "auth", notRun: elsewhere}, {name: "keyFile", notRun: elsewhere},
	{name: "clusterAuthMode", values: arguments("keyFile", "sendKeyFile", "sendX509", "x509")}, {name: "clusterIpSourceAllowlist", values: arguments("127.0.0.1")},
	{name: "slowms", values: arguments("0", "100000")}, {name: "slowOpSampleRate", values: arguments("0", "0.5")}, {name: "profileFilter", values: arguments(`{"op":"query"}`)},
	{name: "profile", values: arguments("1", "2")}, {name: "cpu", values: arguments(noArgument)}, {name: "noscripting", values: arguments(noArgument)}, {name: "notablescan", values: arguments(noArgument)},
	{name: "oplogSize", values: arguments("1", "990")}, {name: "enableMajorityReadConcern", values: arguments("0", "1")}, {name: "serverless", values: arguments("true")},
	{name: "configsvr", notRun: shards}, {name: "shardsvr", notRun: shards},
	{name: "storageEngine", notRun: "devnull keeps nothing", values: arguments("wiredTiger", "ephemeralForTest", "inMemory", "mmapv1")}, {name: "directoryperdb", values: arguments(noArgument)},
	{name: "syncdelay", values: arguments("0", "1", "3600")}, {name: "journalCommitInterval", values: arguments("1", "500")}, {name: "upgrade", values: arguments(noArgument)},
	{name: "restore", values: arguments(noArgument)}, {name: "journal", values: arguments(noArgument)}, {name: "nojournal", values: arguments(noArgument)},
	{name: "oplogMinRetentionHours", values: arguments("0.1", "1000")},
	{name: "tlsOnNormalPorts", notRun: needsKeys}, {name: "tlsMode", values: arguments("disabled", "requireTLS")}, {name: "tlsCertificateKeyFile", notRun: needsKeys},
	{name: "tlsCertificateKeyFilePassword", notRun: needsKeys}, {name: "tlsClusterFile", notRun: needsKeys}, {name: "tlsClusterPassword", notRun: needsKeys}, {name: "tlsCAFile", notRun: needsKeys},
	{name: "tlsClusterCAFile", notRun: needsKeys}, {name: "tlsCRLFile", notRun: needsKeys}, {name: "tlsDisabledProtocols", values: arguments("TLS1_0,TLS1_1")},
	{name: "tlsAllowConnectionsWithoutCertificates", notRun: needsKeys}, {name: "tlsAllowInvalidHostnames", notRun: needsKeys}, {name: "tlsAllowInvalidCertificates", notRun: needsKeys},
	{name: "tlsLogVersions", values: arguments("TLS1_2")}, {name: "awsIamSessionToken", notRun: outside}, {name: "enableFreeMonitoring", values: arguments("off")}, {name: "freeMonitoringTag", notRun: outside},
	{name: "zstdDefaultCompressionLevel", values: arguments("1", "22")}, {name: "wiredTigerJournalCompressor", values: arguments("none", "zlib", "zstd")},
	{name: "wiredTigerDirectoryForIndexes", values: arguments(noArgument)}, {name: "wiredTigerCollectionBlockCompressor", values: arguments("none", "zlib", "zstd")},
	{name: "wiredTigerIndexPrefixCompression", values: arguments("0")},
}

var inHelp = regexp.MustCompile(`(?m)^  (?:-\w \[ )?--(\w+)`)

// argumentCases looks which options the server has: one that is not in the table
// fails the test.
func argumentCases(t testing.TB, s *stage) []environment.Case {
	t.Helper()
	_, text, err := containers.RunOnMongoHost(t.Context(), s.host, "mongod", "--help")
	servertest.OK(t, err)
	for _, found := range inHelp.FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(mongodOptions, func(o setting[argument]) bool { return o.name == found[1] }) {
			t.Errorf("mongod has the option %s, which is not tried", found[1])
		}
	}
	return casesOf(mongodOptions)
}

// tryArgument starts a server with the option.
func tryArgument(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	v, notRun := valueOf(mongodOptions, cases[0])
	if notRun != nil {
		return *notRun
	}
	list := append(common[:len(common):len(common)], "--setParameter", "enableTestCommands=1", "--"+cases[0].Name)
	if v != noArgument {
		list[len(list)-1] += "=" + string(v)
	}
	return judgeStarted(t, s, list)
}
