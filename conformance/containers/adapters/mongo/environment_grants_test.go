package mongo_test

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// grant is an action that an application's role may do: on a collection, or, if
// it is empty, on the database.
type grant struct{ on, action string }

func (g grant) String() string {
	if g.on == "" {
		return g.action + " on the database"
	}
	return g.action + " on " + g.on
}

// grants are what an adapter needs: the first ones for Migrate, the last for its
// calls.
func grants() (list []grant) {
	list = append(list, grant{"", "listCollections"})
	for _, in := range []string{"users", "sessions"} {
		for _, action := range []string{"createCollection", "createIndex", "listIndexes", "find", "insert", "update", "remove"} {
			list = append(list, grant{in, action})
		}
	}
	return list
}

var grantKind = kind{name: "grant", object: true, try: tryGrant, cases: func(testing.TB, *stage) (cases []environment.Case) {
	for _, name := range []string{"all that it needs", "readWrite", "read"} {
		cases = append(cases, environment.Case{Name: name})
	}
	for _, g := range grants() {
		cases = append(cases, environment.Case{Name: "without " + g.String()})
	}
	return cases
}}

// guarded is a server that asks for passwords.
type guarded struct {
	once   sync.Once
	server *containers.Server
	uri    *url.URL // of its root
	admin  *driver.Client
	err    error
}

func (g *guarded) start(t testing.TB, s *stage) {
	t.Helper()
	g.once.Do(func() { g.err = g.begin(t, s) })
	servertest.OK(t, g.err)
}

func (g *guarded) begin(t testing.TB, s *stage) error {
	ctx, address := context.WithoutCancel(t.Context()), <-s.addresses
	server, err := containers.StartMongo(ctx, s.host, address, s.members > 0, common...)
	if err != nil {
		return err
	}
	g.server = server
	if g.uri, err = url.Parse(server.DSN); err != nil {
		return err
	}
	open, err := driver.Connect(options.Client().ApplyURI(server.DSN))
	if err != nil {
		return err
	}
	defer open.Disconnect(ctx)
	password := rand.Text()
	if err := open.Database("admin").RunCommand(ctx, bson.D{{Key: "createUser", Value: "root"}, {Key: "pwd", Value: password}, {Key: "roles", Value: bson.A{"root"}},
		{Key: "writeConcern", Value: bson.D{{Key: "w", Value: 1}, {Key: "j", Value: true}}}}).Err(); err != nil {
		return err
	}
	g.uri.User = url.UserPassword("root", password)
	values := g.uri.Query()
	values.Set("authSource", "admin")
	g.uri.RawQuery = values.Encode()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	arguments := append([]string{"--auth"}, common...)
	if s.members > 0 {
		key := "/data/" + port + ".key"
		if _, _, err := containers.RunOnMongoHost(ctx, s.host, "bash", "-c", "head -c 60 /dev/urandom | base64 -w0 > "+key+"; chmod 400 "+key); err != nil {
			return err
		}
		arguments = append(arguments, "--replSet", values.Get("replicaSet"), "--keyFile", key)
	}
	if err := containers.RestartMongo(ctx, s.host, address, arguments...); err != nil {
		return err
	}
	g.admin, err = driver.Connect(options.Client().ApplyURI(g.uri.String()))
	return err
}

func (g *guarded) end() {
	if g.admin != nil {
		g.admin.Disconnect(context.Background())
	}
	if g.server != nil {
		g.server.Close()
	}
}

// tryGrant makes the collections, and opens one handle as a user with a role of
// its own.
func tryGrant(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	s.guarded.start(t, s)
	p := newSpot(t, s.guarded.admin.Database("tenon_test"))
	root := p.plain()
	servertest.OK(t, root.Migrate(t.Context()))
	user := strings.TrimSuffix(p.users.Name(), "_users")
	roles := bson.A{cases[0].Name}
	if cases[0].Name != "read" && cases[0].Name != "readWrite" {
		roles[0] = user
		privileges := bson.A{}
		for _, g := range grants() {
			if cases[0].Name == "without "+g.String() {
				continue
			}
			on := bson.D{{Key: "db", Value: "tenon_test"}, {Key: "collection", Value: map[string]string{"": "", "users": p.users.Name(), "sessions": p.sessions.Name()}[g.on]}}
			privileges = append(privileges, bson.D{{Key: "resource", Value: on}, {Key: "actions", Value: bson.A{g.action}}})
		}
		servertest.OK(t, p.db.RunCommand(t.Context(), bson.D{{Key: "createRole", Value: user}, {Key: "privileges", Value: privileges}, {Key: "roles", Value: bson.A{}}}).Err())
	}
	password := rand.Text()
	servertest.OK(t, p.db.RunCommand(t.Context(), bson.D{{Key: "createUser", Value: user}, {Key: "pwd", Value: password}, {Key: "roles", Value: roles}}).Err())
	uri := *s.guarded.uri
	uri.User = url.UserPassword(user, password)
	values := uri.Query()
	values.Set("authSource", "tenon_test")
	uri.RawQuery = values.Encode()
	a, err := p.open(uri.String())
	if err != nil {
		return engine.Verdict(err)
	}
	var limits []string
	if err := a.Check(t.Context()); err != nil {
		v := engine.Verdict(err)
		if v.Outcome != environment.Limited {
			return v
		}
		limits = append(limits, v.Detail)
	}
	h := &hasty{rich: a}
	report := program.Judge(t.Context(), unmigrated{h}, unmigrated{h})
	if h.unknown != "" {
		report.Limits = append(report.Limits, h.unknown+": "+spec.ErrIndeterminate.Error())
	}
	return engine.Report(report, limits...)
}

// unmigrated is a handle with nothing to migrate.
type unmigrated struct{ *hasty }

func (unmigrated) Migrate(context.Context) error { return nil }
func (unmigrated) Check(context.Context) error   { return nil }

// nameKind are the names of databases and of collections.
var nameKind = kind{name: "name", object: true, try: tryName, cases: func(_ testing.TB, s *stage) (cases []environment.Case) {
	for what := range collectionNames {
		cases = append(cases, environment.Case{Name: "collections: " + what})
	}
	for what := range databaseNames {
		cases = append(cases, environment.Case{Name: "database: " + what})
	}
	return cases
}}

var collectionNames = map[string]string{
	"a space": "of ours", "capitals": "Users", "not ASCII": "用户ü", "a dot": "a.b", "a dash": "a-b", "a digit": "1", "quotes": `'"`, "a backslash": `\n`,
	"percent": "%s", "an emoji": "😀", "190 bytes": strings.Repeat("x", 189), "191 bytes": strings.Repeat("x", 190), "a dollar": "$x", "of the server": "system.x",
	"a dot first": ".x", "NUL": "a\x00b", "not UTF-8": "\xff", "dots": "a..b", "JSON": `{"a":1}`, "underscore": "_", "a newline": "a\nb",
}

var databaseNames = map[string]string{
	"capitals": "Test", "a dash": "a-b", "not ASCII": "ü", "quotes": "'", "percent": "%s", "63 bytes": strings.Repeat("x", 50), "64 bytes": strings.Repeat("x", 60),
	"a space": "a b", "a dot": "a.b", "a slash": "a/b", "a dollar": "a$b", "admin": "admin", "local": "local", "config": "config",
}

// tryName uses a name in a database of its own.
func tryName(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	what, which, _ := strings.Cut(cases[0].Name, ": ")
	place := "t" + strings.ToLower(rand.Text()[:10])
	if name := databaseNames[which]; what == "database" {
		if !slices.Contains([]string{"admin", "local", "config"}, name) {
			name = place + name
		}
		db := s.db.Client().Database(name)
		p := &spot{t, db, db.Collection(place + "_users"), db.Collection(place + "_sessions")}
		t.Cleanup(func() {
			for _, c := range []*driver.Collection{p.users, p.sessions} {
				c.Drop(context.WithoutCancel(t.Context()))
			}
		})
		if err := db.RunCommand(t.Context(), bson.D{{Key: "create", Value: place + "_probe"}}).Err(); err != nil {
			return cannotBeSet(strings.ReplaceAll(reasonOf(err), place, ""))
		}
		servertest.OK(t, db.Collection(place+"_probe").Drop(t.Context()))
		return judgeNamed(t, p)
	}
	db := s.db.Client().Database(place)
	t.Cleanup(func() { servertest.OK(t, db.Drop(context.WithoutCancel(t.Context()))) })
	name := collectionNames[which]
	return judgeNamed(t, &spot{t, db, db.Collection(name), db.Collection(name + "2")})
}

func judgeNamed(t testing.TB, p *spot) environment.Verdict {
	t.Helper()
	var handles [2]*rich
	for i := range handles {
		a, err := mongo.New[program.User, program.Session](t.Context(), p.db, mongo.WithCollections(p.users.Name(), p.sessions.Name()))
		if err != nil {
			return engine.Verdict(err)
		}
		t.Cleanup(func() { a.Close() })
		handles[i] = a
	}
	return judge(t, handles[0], handles[1])
}
