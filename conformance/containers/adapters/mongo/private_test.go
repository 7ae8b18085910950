package mongo_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// The servers have no passwords. Passwords need a key file, and SCRAM for each connection,
// which takes more time than everything else in a check.
func TestServersArePrivate(t *testing.T) {
	t.Parallel()
	for _, members := range []int{standalone, replicaSet, cluster} {
		parsed, err := connstring.ParseAndValidate(deployment(t, members).DSN)
		servertest.OK(t, err)
		t.Run(strings.Join(parsed.Hosts, ","), func(t *testing.T) {
			servertest.OnThisMachineAlone(t, containers.MongoURI, parsed.Hosts[0], len(parsed.Hosts))
		})
	}
}
