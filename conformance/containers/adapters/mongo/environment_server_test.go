package mongo_test

import (
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
)

// order is a setting of a server by commands on the database admin.
type order struct {
	name, value string
	set, reset  bson.D
	database    bool // the commands are on the tests' database
	members     bool // only a replica set has it
}

// orderKind makes a kind of such settings.
func orderKind(name string, list []order) kind {
	return kind{name: name,
		cases: func(_ testing.TB, s *stage) (cases []environment.Case) {
			for _, o := range list {
				if !o.members || s.members > 0 {
					cases = append(cases, environment.Case{Name: o.name, Value: o.value})
				}
			}
			return cases
		},
		try: func(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
			return list[slices.IndexFunc(list, func(o order) bool { return o.name == cases[0].Name && o.value == cases[0].Value })].try(t, s)
		},
	}
}

func (o order) try(t testing.TB, s *stage) environment.Verdict {
	db, release := s.own.use(t)
	spoilt := true
	t.Cleanup(func() { release(spoilt) })
	on := db.Client().Database("admin")
	if o.database {
		on = db
	}
	p := newSpot(t, db)
	second := p.plain()
	if err := on.RunCommand(t.Context(), o.set).Err(); err != nil {
		spoilt = false
		return engine.CannotBeSet(err)
	}
	v := p.judge(s.own.server.DSN, second)
	if o.reset != nil {
		servertest.OK(t, on.RunCommand(t.Context(), o.reset).Err())
		spoilt = v.Outcome == environment.Fault
	}
	return v
}

var profileKind = orderKind("profile", func() (list []order) {
	off := d{{Key: "profile", Value: 0}, {Key: "slowms", Value: 100}, {Key: "sampleRate", Value: 1.0}}
	for value, set := range map[string]d{
		"1": {{Key: "profile", Value: 1}, {Key: "slowms", Value: 0}}, "2": {{Key: "profile", Value: 2}}, "2, of one in ten": {{Key: "profile", Value: 2}, {Key: "sampleRate", Value: 0.1}},
		"1, by a filter": {{Key: "profile", Value: 1}, {Key: "filter", Value: is("op", "query")}}, "0, slowms 0": {{Key: "profile", Value: 0}, {Key: "slowms", Value: 0}},
	} {
		reset := off
		if value == "1, by a filter" {
			reset = nil
		}
		list = append(list, order{name: "profile", value: value, set: set, reset: reset, database: true})
	}
	return list
}())

// serverKind has what else commands set on a server.
var serverKind = orderKind("command", func() (list []order) {
	concern := func(value string, rules ...bson.E) {
		list = append(list, order{name: "setDefaultRWConcern", value: value, set: append(d{{Key: "setDefaultRWConcern", Value: 1}}, rules...), members: true,
			reset: d{{Key: "setDefaultRWConcern", Value: 1}, {Key: "defaultReadConcern", Value: is("level", "local")}, {Key: "defaultWriteConcern", Value: is("w", "majority")}}})
	}
	concern("readConcern local", bson.E{Key: "defaultReadConcern", Value: is("level", "local")})
	concern("readConcern available", bson.E{Key: "defaultReadConcern", Value: is("level", "available")})
	concern("readConcern majority", bson.E{Key: "defaultReadConcern", Value: is("level", "majority")})
	concern("readConcern linearizable", bson.E{Key: "defaultReadConcern", Value: is("level", "linearizable")})
	concern("w: 0", bson.E{Key: "defaultWriteConcern", Value: is("w", 0)})
	concern("w: 1", bson.E{Key: "defaultWriteConcern", Value: d{{Key: "w", Value: 1}, {Key: "j", Value: false}}})
	concern("w: 1, 1 ms", bson.E{Key: "defaultWriteConcern", Value: d{{Key: "w", Value: 1}, {Key: "wtimeout", Value: 1}}})
	concern("w: majority", bson.E{Key: "defaultWriteConcern", Value: is("w", "majority")})
	concern("w: 2", bson.E{Key: "defaultWriteConcern", Value: is("w", 2)})
	for _, version := range []string{"5.0", "5.3", "6.0"} {
		list = append(list, order{name: "setFeatureCompatibilityVersion", value: version,
			set: is("setFeatureCompatibilityVersion", version), reset: is("setFeatureCompatibilityVersion", "6.0")})
	}
	block := func(on bool) d { return d{{Key: "setUserWriteBlockMode", Value: 1}, {Key: "global", Value: on}} }
	list = append(list,
		order{name: "setUserWriteBlockMode", value: "true", set: block(true), reset: block(false)},
		order{name: "setClusterParameter", value: "changeStreamOptions: preAndPostImages for 10 s", members: true,
			set: is("setClusterParameter", is("changeStreamOptions", is("preAndPostImages", is("expireAfterSeconds", 10))))},
		order{name: "fsync", value: "once", set: is("fsync", 1), reset: is("ping", 1)},
		order{name: "planCacheSetFilter", value: "none", set: d{{Key: "planCacheSetFilter", Value: "users"}, {Key: "query", Value: is("_id", "x")}, {Key: "indexes", Value: a{"other"}}}, database: true, reset: is("planCacheClearFilters", "users")},
	)
	return list
}())

// configKind has the settings of a replica set's configuration.
var configKind = kind{name: "replica set configuration", try: tryConfig, cases: func(_ testing.TB, s *stage) (cases []environment.Case) {
	if s.members == 0 {
		return nil
	}
	for _, c := range configurations {
		cases = append(cases, environment.Case{Name: c.name, Value: c.value})
	}
	return cases
}}

// configuration is a change of a replica set's configuration: of its one member,
// of its settings, or of the set.
type configuration struct {
	name, value string
	member      bson.E
	settings    bson.E
	set         bson.E
}

var configurations = []configuration{
	{name: "writeConcernMajorityJournalDefault", value: "false", set: bson.E{Key: "writeConcernMajorityJournalDefault", Value: false}},
	{name: "protocolVersion", value: "2", set: bson.E{Key: "protocolVersion", Value: 2}},
	{name: "configsvr", value: "true", set: bson.E{Key: "configsvr", Value: true}},
	{name: "settings.chainingAllowed", value: "false", settings: bson.E{Key: "chainingAllowed", Value: false}},
	{name: "settings.electionTimeoutMillis", value: "100", settings: bson.E{Key: "electionTimeoutMillis", Value: 100}},
	{name: "settings.heartbeatIntervalMillis", value: "60000", settings: bson.E{Key: "heartbeatIntervalMillis", Value: 60_000}},
	{name: "settings.heartbeatTimeoutSecs", value: "1", settings: bson.E{Key: "heartbeatTimeoutSecs", Value: 1}},
	{name: "settings.catchUpTimeoutMillis", value: "0", settings: bson.E{Key: "catchUpTimeoutMillis", Value: 0}},
	{name: "settings.getLastErrorDefaults", value: "w: 1", settings: bson.E{Key: "getLastErrorDefaults", Value: d{{Key: "w", Value: 1}, {Key: "wtimeout", Value: 0}}}},
	{name: "settings.getLastErrorModes", value: "one", settings: bson.E{Key: "getLastErrorModes", Value: is("one", is("dc", 1))}},
	{name: "members.priority", value: "1000", member: bson.E{Key: "priority", Value: 1000}},
	{name: "members.priority", value: "0", member: bson.E{Key: "priority", Value: 0}},
	{name: "members.votes", value: "0", member: bson.E{Key: "votes", Value: 0}},
	{name: "members.hidden", value: "true", member: bson.E{Key: "hidden", Value: true}},
	{name: "members.tags", value: "dc: east", member: bson.E{Key: "tags", Value: is("dc", "east")}},
	{name: "members.buildIndexes", value: "false", member: bson.E{Key: "buildIndexes", Value: false}},
	{name: "members.secondaryDelaySecs", value: "10", member: bson.E{Key: "secondaryDelaySecs", Value: 10}},
	{name: "members.horizons", value: "another", member: bson.E{Key: "horizons", Value: is("other", "localhost:1")}},
}

// tryConfig reconfigures a set of its own.
func tryConfig(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	c := configurations[slices.IndexFunc(configurations, func(c configuration) bool { return c.name == cases[0].Name && c.value == cases[0].Value })]
	db, release := s.own.use(t)
	t.Cleanup(func() { release(true) })
	raw, err := adminCommand(t, db, is("replSetGetConfig", 1))
	servertest.OK(t, err)
	var config d
	servertest.OK(t, bson.Unmarshal(raw.Lookup("config").Document(), &config))
	change := func(in d, e bson.E) d {
		if e.Key == "" {
			return in
		}
		in = slices.DeleteFunc(in, func(old bson.E) bool { return old.Key == e.Key })
		return append(in, e)
	}
	for i, e := range config {
		switch e.Key {
		case "version":
			config[i].Value = raw.Lookup("config", "version").AsInt64() + 1
		case "settings":
			config[i].Value = change(e.Value.(d), c.settings)
		case "members":
			members := e.Value.(a)
			members[0] = change(members[0].(d), c.member)
		}
	}
	p := newSpot(t, db)
	second := p.plain()
	if _, err := adminCommand(t, db, is("replSetReconfig", change(config, c.set))); err != nil {
		return engine.CannotBeSet(err)
	}
	return p.judge(s.own.server.DSN, second)
}
