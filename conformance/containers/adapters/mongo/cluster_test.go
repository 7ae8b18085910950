package mongo_test

import (
	"context"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// TestCluster runs its tests on one replica set of three members, one after the other:
// some hold up members, or kill one. It waits for most of its time, so it runs beside
// other tests.
func TestCluster(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"refusals wait for a majority", awaitMajority},
		{"direct connection to a member", connectDirectly},
		{"conformance", judgeCluster},
		{"failover", failOver},
		{"reads after an election", readAfterElection},
	} {
		t.Run(test.name, test.run)
	}
}

// A transaction refuses a call only for data that a majority has. Without a majority,
// a refusal does not return, since the data on which it is based could be lost.
func awaitMajority(t *testing.T) {
	p := newPlace(t, cluster, nil)
	a, b := p.ready(p.open()), p.open()
	ctx := t.Context()
	servertest.OK(t, a.CreateUser(ctx, named("bob")))
	servertest.OK(t, a.CreateUser(ctx, named("ben")))
	resume, err := containers.StallMongoSecondaries(ctx, p.server)
	servertest.OK(t, err)
	resumed := false
	defer func() {
		if !resumed {
			servertest.OK(t, resume(context.Background()))
		}
	}()

	// The primary has both writes, and can lose them again. Each caller gives up once the
	// primary has its write.
	servertest.WantClass(t, p.giveUpAt(p.users, "ann", 0, func(ctx context.Context) error { return a.DeleteUser(ctx, "ann") }),
		spec.ErrIndeterminate, "DeleteUser without a majority")
	servertest.WantClass(t, p.giveUpAt(p.sessions, "laptop", 1, func(ctx context.Context) error { return a.CreateSession(ctx, owned("laptop", "bob")) }),
		spec.ErrIndeterminate, "CreateSession without a majority")

	calls := []struct {
		name string
		do   func(context.Context) error
		want error
	}{
		{"CreateSession of a user who is deleted", func(ctx context.Context) error { return b.CreateSession(ctx, owned("tablet", "ann")) }, spec.ErrUserNotFound},
		{"CreateSession with an id that is taken", func(ctx context.Context) error { return b.CreateSession(ctx, owned("laptop", "ben")) }, spec.ErrSessionExists},
		{"DeleteUser of a user who is deleted", func(ctx context.Context) error { return b.DeleteUser(ctx, "ann") }, nil},
	}
	limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	for _, call := range calls {
		switch err := call.do(limited); spec.ClassOf(err) {
		case context.DeadlineExceeded, spec.ErrIndeterminate:
		default:
			t.Errorf("%s, without a majority: got %v", call.name, err)
		}
	}
	// Data that a majority has can be read in spite of the calls above.
	_, err = a.User(ctx, "ben")
	servertest.OK(t, err)
	servertest.OK(t, resume(ctx))
	resumed = true
	for _, call := range calls {
		servertest.WantClass(t, call.do(ctx), call.want, call.name)
	}
	_, err = b.Session(ctx, "laptop")
	servertest.OK(t, err)
}

// giveUpAt makes a call and ends its context once the primary has this number of documents
// with an id. It returns the error of the call.
func (p *place) giveUpAt(in *driver.Collection, id string, documents int64, call func(context.Context) error) error {
	p.t.Helper()
	ctx, giveUp := context.WithCancel(p.t.Context())
	defer giveUp()
	result := make(chan error, 1)
	go func() { result <- call(ctx) }()
	for len(result) == 0 && p.count(in, bson.D{{Key: "_id", Value: id}}) != documents {
		runtime.Gosched()
	}
	giveUp()
	return <-result
}

// A direct connection to one of several members would still read from the member when it
// is no longer the primary.
func connectDirectly(t *testing.T) {
	p := newPlace(t, cluster, nil)
	u, err := url.Parse(p.DSN)
	servertest.OK(t, err)
	for host := range strings.SplitSeq(u.Host, ",") {
		u.Host, u.RawQuery = host, "directConnection=true"
		_, err := mongo.Open[Person, Device](t.Context(), u.String(), p.collections())
		servertest.WantClass(t, err, spec.ErrInvalid, "Open")
		_, err = mongo.NewSessions[Device](t.Context(), connect(t, u.String()), p.collections())
		servertest.WantClass(t, err, spec.ErrInvalid, "NewSessions")
		if err == nil || !strings.Contains(err.Error(), "directConnection") {
			t.Errorf("the text is %v", err)
		}
	}
	servertest.OK(t, p.open().Close())
}
