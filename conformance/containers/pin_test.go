package containers_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
)

// A pinned server runs on the given processors. Here these are all processors, since other
// tests use the server.
func TestPin(t *testing.T) {
	t.Parallel()
	all := fmt.Sprintf("0-%d", runtime.NumCPU()-1)
	server := servers.Postgres(t, containers.PostgresOptions{})
	if server.Container() == nil {
		t.Skip("the server is not in a container of ours")
	}
	if err := containers.Pin(t.Context(), server, all); err != nil {
		t.Fatal(err)
	}
	inspected, err := server.Container().Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := inspected.HostConfig.CpusetCpus; got != all {
		t.Errorf("pinned to %q, want %q", got, all)
	}
}

// A server that this package did not start cannot be pinned.
func TestPinOther(t *testing.T) {
	t.Parallel()
	err := containers.Pin(t.Context(), &containers.Server{Engine: "PostgreSQL"}, "0")
	if err == nil || !strings.Contains(err.Error(), "cannot be pinned") {
		t.Errorf("got %v, want that it cannot be pinned", err)
	}
}
