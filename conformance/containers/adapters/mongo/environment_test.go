package mongo_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
)

// TestEnvironment tries what can surround the collections: settings of the
// client, of the server and of its databases, and objects. Without a flag it tries a sample.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	host := servers.MongoHost(t, hosted)
	addresses := make(chan string, hosted)
	for _, address := range addressesOf(t, host) {
		addresses <- address
	}
	stages := make(map[string]*stage)
	var cases []environment.Case
	same := &found{}
	for _, members := range []int{standalone, replicaSet} {
		server := deployment(t, members)
		s := &stage{
			name: "MongoDB 6.0 standalone", members: members, server: server, db: connect(t, server.DSN),
			host: host, addresses: addresses, found: same,
		}
		if members > 0 {
			s.name = "MongoDB 6.0 replica set"
		}
		s.own.stage = s
		t.Cleanup(s.own.end)
		t.Cleanup(s.guarded.end)
		stages[s.name] = s
		for _, k := range kinds {
			for _, c := range k.cases(t, s) {
				c.Server, c.Kind, c.Object = s.name, k.name, k.object
				cases = append(cases, c)
			}
		}
	}
	environmenttest.Run(t, environmenttest.Config{
		Engine: "mongo", Cases: cases, Once: once, Every: 150,
		Slow: []string{"parameter at start-up", "mongod option", configKind.name},
		Try: func(ctx context.Context, cases []environment.Case) environment.Verdict {
			s := stages[cases[0].Server]
			k := kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == cases[0].Kind })]
			return attempt(ctx, t, func(t testing.TB) environment.Verdict { return k.try(t, s, cases) })
		},
	})
}

const hosted = 8 // how many servers with arguments of their own run at a time

// once are the names of what once was a fault.
var once = []string{
	"users, _id: type number", "users, _id: not", "users, _id: oneOf of another type", "users, _id: dependencies", "users, _id: patternProperties",
	"users, _sessions: $ne null", "users, name: $bitsAllSet", "database: admin", "database: config", "Timeout",
	"users, order: ascending, unique", "sessions, encrypted fields of ours",
}

// kind is one way to set something, or one kind of object.
type kind struct {
	name   string
	object bool
	cases  func(testing.TB, *stage) []environment.Case // without what they have in common
	try    func(testing.TB, *stage, []environment.Case) environment.Verdict
}

var kinds = []kind{
	{name: "URI", cases: uriCases, try: tryURI},
	{name: "client option", cases: clientCases, try: tryClient},
	{name: "database option", cases: databaseCases, try: tryDatabase},
	{name: "parameter", cases: parameterCases, try: tryParameters},
	{name: "parameter at start-up", cases: startCases, try: tryStart},
	{name: "mongod option", cases: argumentCases, try: tryArgument},
	profileKind, serverKind, configKind,
	objectKind("validator"), objectKind("collation"), objectKind("collection"), objectKind("index"), grantKind, nameKind,
}

// everything reports whether all cases are tried, and not only a sample: then
// the server is asked for the values that it takes, which takes time. Otherwise
// the values are those that were tried.
func everything() bool { return flag.Lookup("all-environments").Value.String() != "" }

// tried returns the cases of a kind that were tried on a server, of settings that have
// these names.
func tried(t testing.TB, s *stage, kind string, names []string) (cases []environment.Case) {
	t.Helper()
	known, err := environment.Judged("mongo")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, r := range known {
		if r.Server == s.name && r.Kind == kind && slices.Contains(names, r.Name) {
			cases = append(cases, environment.Case{Name: r.Name, Value: r.Value})
			seen[r.Name] = true
		}
	}
	for _, name := range names {
		if !seen[name] {
			t.Logf("%s, %s %s was never tried: try all", s.name, kind, name)
		}
	}
	return cases
}

// setting is one setting of a client or a server, as a table has it.
type setting[V any] struct {
	name   string
	values []V
	notRun string // why it is not
}

// casesOf returns the cases of a table, by the text of each value.
func casesOf[V fmt.Stringer](table []setting[V]) (cases []environment.Case) {
	for _, s := range table {
		if s.notRun != "" {
			cases = append(cases, environment.Case{Name: s.name, Value: "any"})
		}
		for _, v := range s.values {
			cases = append(cases, environment.Case{Name: s.name, Value: v.String()})
		}
	}
	return cases
}

// valueOf returns the value of a case, or the verdict that it is not run.
func valueOf[V fmt.Stringer](table []setting[V], c environment.Case) (v V, notRun *environment.Verdict) {
	s := table[slices.IndexFunc(table, func(s setting[V]) bool { return s.name == c.Name })]
	i := slices.IndexFunc(s.values, func(v V) bool { return v.String() == c.Value })
	if i < 0 {
		return v, &environment.Verdict{Outcome: environment.NotRun, Detail: s.notRun}
	}
	return s.values[i], nil
}

// stage is a deployment that cases are tried on.
type stage struct {
	name    string
	members int
	server  *containers.Server // that several tries share
	db      *database          // of it
	own     ownServer          // for one try at a time

	host      *containers.Server // of servers for one try each
	addresses chan string        // of the host, that no server uses
	found     *found
	guarded   guarded
}
