package mongo

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/spec"
)

// A role that can write but not read cannot end a transaction. The number of its
// abandoned sessions must be limited.
func TestAbandonedIsBounded(t *testing.T) {
	t.Parallel()
	client, err := driver.Connect(options.Client().ApplyURI("mongodb://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(doneContext()) })
	var list abandoned
	var last *driver.Session
	for range maxAbandoned + 10 {
		if last, err = client.StartSession(); err != nil {
			t.Fatal(err)
		}
		list.add(last)
	}
	if n := len(list.sessions); n != maxAbandoned || list.sessions[n-1] != last {
		t.Errorf("%d sessions are kept, want the last %d", n, maxAbandoned)
	}
}

// A role that cannot read cannot supersede a failed transaction. Instead the adapter
// tells the server to end the session.
func TestEndOfATransactionWithoutThePrivilegeToRead(t *testing.T) {
	t.Parallel()
	s := newStub(t, func(_ *stub, command string) bson.D {
		switch command {
		case "update":
			return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 8000}, {Key: "errmsg", Value: "quagga"}}
		case "find":
			return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 13}, {Key: "errmsg", Value: "not authorized"}}
		}
		return applied()
	})
	a, err := Open[struct{}, struct{}](t.Context(), s.uri(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := a.CreateSession(t.Context(), laptop()); spec.ClassOf(err) != spec.ErrFailed {
		t.Errorf("got %v, want it failed", err)
	}
	if n := s.count("killSessions"); n != 1 {
		t.Errorf("%d sessions are killed, want one", n)
	}
}
