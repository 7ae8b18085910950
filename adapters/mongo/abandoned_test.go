package mongo

import (
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// A role that may write but not read can end no transaction: its sessions must
// not pile up for ever.
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
