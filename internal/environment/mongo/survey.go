// Package mongo lists what surrounds the collections on a user's MongoDB, in the terms of
// the results of package environment.
package mongo

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/internal/environment"
)

// Survey lists the settings of db's server that differ from the defaults, and the objects
// around the collections with these names: users first, then sessions. A server does not
// report the defaults of its parameters, so Survey lists the parameters with which it was
// started. It skips commands for which the user lacks the privilege. It does not see
// options of the client.
//
// The fields of an application's own validators and indexes get the names of similar
// fields in the results.
func Survey(ctx context.Context, db *mongo.Database, collections ...string) ([]environment.Case, error) {
	s := surveyor{ctx: ctx, db: db}
	if err := s.name(); err != nil {
		return nil, err
	}
	s.parameters()
	s.addCommands()
	for i, name := range collections {
		where := "users, "
		if i > 0 {
			where = "sessions, "
		}
		if err := s.collection(where, name); err != nil {
			return nil, err
		}
	}
	return s.found, nil
}

type surveyor struct {
	ctx    context.Context
	db     *mongo.Database
	server string
	found  []environment.Case
}

func (s *surveyor) add(kind, name, value string) {
	s.found = append(s.found, environment.Case{Server: s.server, Kind: kind, Name: name, Value: value})
}

func (s *surveyor) addObject(kind, name string) {
	s.found = append(s.found, environment.Case{Server: s.server, Kind: kind, Name: name, Object: true})
}

// admin runs a command. It returns nil if the user lacks the privilege, or if the server
// does not know the command.
func (s *surveyor) admin(command bson.D) bson.Raw {
	raw, err := s.db.Client().Database("admin").RunCommand(s.ctx, command).Raw()
	if err != nil {
		return nil
	}
	return raw
}

// name sets the server's name: two numbers of the version, and the deployment.
func (s *surveyor) name() error {
	info, err := s.db.RunCommand(s.ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return err
	}
	hello, err := s.db.RunCommand(s.ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		return err
	}
	version, _ := info.Lookup("version").StringValueOK()
	parts := strings.SplitN(version, ".", 3)
	deployment := "standalone"
	if _, inSet := hello.Lookup("setName").StringValueOK(); inSet {
		deployment = "replica set"
	}
	if message, _ := hello.Lookup("msg").StringValueOK(); message == "isdbgrid" {
		deployment = "sharded cluster"
	}
	s.server = fmt.Sprintf("MongoDB %s %s", strings.Join(parts[:min(2, len(parts))], "."), deployment)
	return nil
}

// parameters lists the parameters with which the server was started, and the other
// options.
func (s *surveyor) parameters() {
	started := s.admin(bson.D{{Key: "getCmdLineOpts", Value: 1}})
	set, _ := started.Lookup("parsed", "setParameter").DocumentOK()
	elements, _ := set.Elements()
	for _, e := range elements {
		details := s.admin(bson.D{{Key: "getParameter", Value: bson.D{{Key: "showDetails", Value: true}}}, {Key: e.Key(), Value: 1}})
		kind := "parameter at start-up"
		if runtime, _ := details.Lookup(e.Key(), "settableAtRuntime").BooleanOK(); runtime {
			kind = "parameter"
		}
		s.add(kind, e.Key(), text(e.Value()))
	}
	argv, _ := started.Lookup("argv").ArrayOK()
	values, _ := argv.Values()
	for i := 1; i < len(values); i++ {
		option, isOption := strings.CutPrefix(text(values[i]), "--")
		if !isOption {
			continue
		}
		option, value, has := strings.Cut(option, "=")
		if !has && i+1 < len(values) && !strings.HasPrefix(text(values[i+1]), "-") {
			value, has = text(values[i+1]), true
		}
		if !has {
			value = "(alone)"
		}
		if option != "setParameter" {
			s.add("mongod option", option, value)
		}
	}
}

// text returns a value as it is set.
func text(v bson.RawValue) string {
	if t, ok := v.StringValueOK(); ok {
		return t
	}
	if d, ok := v.DoubleOK(); ok {
		return fmt.Sprint(d)
	}
	if n, ok := v.AsInt64OK(); ok {
		return fmt.Sprint(n)
	}
	return v.String()
}

// addCommands lists settings that commands have changed.
func (s *surveyor) addCommands() {
	concerns := s.admin(bson.D{{Key: "getDefaultRWConcern", Value: 1}})
	if source, _ := concerns.Lookup("defaultReadConcernSource").StringValueOK(); source == "global" {
		s.add("command", "setDefaultRWConcern", "readConcern "+text(concerns.Lookup("defaultReadConcern", "level")))
	}
	if source, _ := concerns.Lookup("defaultWriteConcernSource").StringValueOK(); source == "global" {
		s.add("command", "setDefaultRWConcern", "w: "+text(concerns.Lookup("defaultWriteConcern", "w")))
	}
	version := s.admin(bson.D{{Key: "getParameter", Value: 1}, {Key: "featureCompatibilityVersion", Value: 1}})
	if v := text(version.Lookup("featureCompatibilityVersion", "version")); !strings.Contains(s.server, " "+v+" ") && len(version) > 0 {
		s.add("command", "setFeatureCompatibilityVersion", v)
	}
	profile, err := s.db.RunCommand(s.ctx, bson.D{{Key: "profile", Value: -1}}).Raw()
	if level, ok := profile.Lookup("was").AsInt64OK(); err == nil && ok && level > 0 {
		s.add("profile", "profile", fmt.Sprint(level))
	}
}
