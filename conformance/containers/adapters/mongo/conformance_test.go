package mongo_test

import (
	"flag"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

var servers containers.Shared

// TestMain runs more tests at a time than there are processors, since these tests mostly
// wait: for elections, for servers that are cut off, and for locks.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "8")
	os.Exit(servertest.Main(m, &servers))
}

// The deployments on which the adapter is judged, by the number of members of the replica
// set. 0 is a standalone server.
const (
	standalone = 0
	replicaSet = 1
	cluster    = 3
)

func deployment(t testing.TB, members int) *containers.Server {
	t.Helper()
	return servers.Mongo(t, containers.MongoOptions{Members: members})
}

// TestConformance judges adapters/mongo as Open makes it, on a replica set of one
// with all types. TestSessions and TestDeleteUserWithThousandsOfSessions have the checks of
// thousands of sessions. On a standalone server, or on the deployment that runs already, the
// program runs, and the clauses that depend on transactions: about calls that write or read
// several rows, and about what becomes of a call that fails. How single rows are written and
// found, and what an error says, does not depend on the deployment.
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("replica_set", func(t *testing.T) {
		t.Parallel()
		subject, options := subjects.Mongo(deployment(t, replicaSet), subjects.MongoVariation{})
		options.Match = func(name string) bool {
			return !servertest.AboutManySessions(name) && !strings.Contains(name, "delete_of_a_user_with_thousands")
		}
		servertest.Judge(t, subject, options)
	})
	t.Run("standalone", func(t *testing.T) {
		t.Parallel()
		subject, options := subjects.Mongo(deployment(t, standalone), subjects.MongoVariation{})
		servertest.Program(t, options, subjects.OpenMongo)
		servertest.JudgeClauses(t, subject, options, "USR-06", "USR-07", "SES-01", "SES-02", "SES-03", "SES-10", "SES-12",
			"LEA-07", "REF", "CON-01/one_of_many_creates_of_a_session", "CON-02/one_of_many_sessions", "CON-03/reads", "CON-04",
			"ERR-01", "ERR-02", "ERR-05", "ERR-06", "CTX-02/a_context",
			"STO-01/two_handles", "STO-03/no_failure", "STO-03/no_call", "STO-03/one_connection", "STO-04")
	})
}

// judgeCluster judges the adapter on a replica set of three, to whose members clients
// connect, with a URI and a client that ask for everything that is not theirs to choose.
// What got through would show as stale reads, as writes that no call acknowledged, or as
// empty strings, and the program reads all that it writes. What calls at once do to each
// other the primary decides, as on a replica set of one. failOver has neither, makes the
// primary step down, and kills it.
func judgeCluster(t *testing.T) {
	subject, options := subjects.Mongo(deployment(t, cluster), subjects.MongoVariation{
		Parameters: url.Values{"w": {"0"}, "readPreference": {"secondary"}, "readConcernLevel": {"linearizable"}},
		Client: func(o *options.ClientOptions) {
			o.SetBSONOptions(&options.BSONOptions{
				UseJSONStructTags: true, IntMinSize: true, NilMapAsEmpty: true, NilSliceAsEmpty: true, NilByteSliceAsEmpty: true,
				OmitZeroStruct: true, OmitEmpty: true, StringifyMapKeysWithFmt: true, UseLocalTimeZone: true, ZeroMaps: true, ZeroStructs: true,
			})
			o.SetRegistry(silent())
		},
	})
	servertest.Program(t, options, subjects.OpenMongo)
	servertest.JudgeClauses(t, subject, options, "REF", "STO-01")
}

// TestSessions judges the adapter for stores that keep only sessions by what it does
// differently: it creates a session with one write, for any user. An outage affects that
// write as it affects others that are one write, such as CreateUser's. Updating, listing,
// deleting and sweeping sessions are the same commands in both adapters: the program makes
// these calls, and the checks of thousands of sessions run here, because the adapter with
// users needs a transaction of three commands to create each of them.
func TestSessions(t *testing.T) {
	t.Parallel()
	subject, options := subjects.MongoSessions(deployment(t, replicaSet), subjects.MongoVariation{})
	servertest.SessionsProgram(t, options, subjects.OpenMongo)
	servertest.JudgeClauses(t, subject, options, "SES-01", "SES-02", "SES-09", "SWP-04", "OPT", "ERR-06", "CTX-02/a_context_that_ends_at_any_look")
	servertest.JudgeManySessions(t, subject, options)
}

// TestVariations varies the settings of a URI and the options. The behaviour in an outage,
// and after a lost answer, depends only on whether the driver retries writes. The driver
// retries nothing once a context has ended. A TTL index changes what the adapter declares,
// makes and checks.
func TestVariations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		subjects.MongoVariation
		clauses []string // what it can change besides answers
	}{
		{subjects.MongoVariation{Name: "integer_ids_without_retries", UserIDs: "integer", Parameters: url.Values{"retryWrites": {"false"}}},
			append(servertest.UserIDs(), "ERR-05/an_outage", "ERR-06")},
		{subjects.MongoVariation{Name: "objectid_ids_ttl", UserIDs: "objectid", Options: []mongo.Option{mongo.WithTTL()}},
			[]string{"IDS", "ERR-01", "TIM-05", "OPT-03", "OPT-04"}},
	} {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			subject, options := subjects.Mongo(deployment(t, replicaSet), c.MongoVariation)
			servertest.Program(t, options, subjects.OpenMongo)
			servertest.JudgeClauses(t, subject, options, c.clauses...)
		})
	}
}

// silent returns a registry that writes every string as an empty one.
func silent() *bson.Registry {
	r := bson.NewRegistry()
	r.RegisterKindEncoder(reflect.String, bson.ValueEncoderFunc(func(_ bson.EncodeContext, w bson.ValueWriter, _ reflect.Value) error {
		return w.WriteString("")
	}))
	return r
}
