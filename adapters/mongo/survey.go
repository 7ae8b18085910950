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
func (a *Adapter) survey(ctx context.Context) error {
	if err := deadline.Err(ctx); err != nil {
		return err
	}
	hello, err := a.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		if gone := deadline.Err(ctx); gone != nil { // as the Store checks after other calls
			return &spec.Error{Class: gone, Cause: err}
		}
		return failViolation(a.classify(ctx, err, reads))
	}
	_, inSet := hello.Lookup("setName").StringValueOK()
	message, _ := hello.Lookup("msg").StringValueOK()
	a.transactions = inSet || message == "isdbgrid"
	if inSet && !isOnlyMember(hello) && a.isDirect() {
		return invalidError("the client has a direct connection to one member of a replica set of several, "+
			"and would read from it when it is not the primary: without directConnection=true, it finds the primary", nil)
	}
	return nil
}

// isOnlyMember reports whether the server that answered is the only one that can be the
// primary.
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

// isDirect reports whether the client has a direct connection. Such a client uses its one
// server for every read preference. isDirect selects a member that no replica set has, with
// a context that is done, so the client consults only what it knows and sends nothing.
func (a *Adapter) isDirect() bool {
	nowhere := readpref.Secondary(readpref.WithTagSets(tag.Set{{Name: "tenon", Value: bson.NewObjectID().Hex()}}))
	err := a.db.RunCommand(doneContext(), bson.D{{Key: "ping", Value: 1}}, options.RunCmd().SetReadPreference(nowhere)).Err()
	_, none := errors.AsType[topology.ServerSelectionError](err)
	return !none
}
