package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/tag"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/spec"
)

// survey asks the server what kind of deployment it is.
func (s *store) survey(ctx context.Context) error {
	const op = spec.OpOpen
	if err := deadline.Err(ctx); err != nil {
		return s.error(op, err, "", nil)
	}
	hello, err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		return s.conclude(op, s.classify(ctx, op, err, reads))
	}
	_, inSet := hello.Lookup("setName").StringValueOK()
	message, _ := hello.Lookup("msg").StringValueOK()
	s.transactions = inSet || message == "isdbgrid"
	if inSet && !isOnlyMember(hello) && s.isDirect() {
		return unusable("the client has a direct connection to one member of a replica set of several, "+
			"and would read from it when it is not the primary: without directConnection=true, it finds the primary", nil)
	}
	return nil
}

// isOnlyMember reports whether the server that answered is the only one that a client
// could find the primary among.
func isOnlyMember(hello bson.Raw) bool {
	members := 0
	for _, kind := range []string{"hosts", "passives"} {
		if list, ok := hello.Lookup(kind).ArrayOK(); ok {
			values, _ := list.Values()
			members += len(values)
		}
	}
	primary, _ := hello.Lookup("isWritablePrimary").BooleanOK()
	return members < 2 && primary
}

// isDirect reports whether the client has a direct connection, and so takes its
// one server whatever it is asked for. It is asked for a member that no set has,
// with a context that is done: it looks at what it knows, and sends nothing.
func (s *store) isDirect() bool {
	nowhere := readpref.Secondary(readpref.WithTagSets(tag.Set{{Name: "tenon", Value: bson.NewObjectID().Hex()}}))
	err := s.db.RunCommand(doneContext(), bson.D{{Key: "ping", Value: 1}}, options.RunCmd().SetReadPreference(nowhere)).Err()
	_, none := errors.AsType[topology.ServerSelectionError](err)
	return !none
}
