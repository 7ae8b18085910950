package containers_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }
