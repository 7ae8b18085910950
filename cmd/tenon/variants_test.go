package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
)

// Variants can be named together, and together with their adapter. They run only if they
// are named.
func TestVariants(t *testing.T) {
	t.Parallel()
	tool := newTool(allAdapters())
	list, err := tool.findAdapters(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if a.variant {
			t.Errorf("%s runs without being named", a.name)
		}
	}
	named := strings.Fields("postgres:15 postgres postgres:18 galera split mongo:replicas-3 mongo:standalone redis:cluster")
	if list, err = tool.findAdapters(named); err != nil || len(list) != len(named) {
		t.Fatalf("%d adapters, %v", len(list), err)
	}
	for i, a := range list {
		if a.name != named[i] || a.variant != (a.name != "postgres") {
			t.Errorf("%q is %+v", named[i], a)
		}
	}
}

func TestUnknownVariant(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"postgres:99":    `unknown variant "99" of postgres: the variants are 15, 17, 18` + "\n",
		"mongo:":         `unknown variant "" of mongo: the variants are standalone, replicas-1, replicas-3` + "\n",
		"sqlite:3":       `unknown adapter "sqlite:3": the adapters are memory, sqlite, `,
		"mysqld":         "galera, split\n",
		"postgres:15:17": `unknown variant "15:17" of postgres`,
	} {
		got := runTool(t.Context(), allAdapters(), "verify", "memory", name)
		got.wantStatus(t, exitUsage)
		wantIn(t, got.stderr, want)
	}
}

// A variant never runs on a server that an environment variable names.
func TestVariantBesideAServer(t *testing.T) {
	t.Parallel()
	for name, variable := range map[string]string{
		"postgres:15": containers.PostgresDSN, "pgbouncer": containers.PostgresDSN, "mysql:9": containers.MySQLDSN,
		"mariadb:10.11": containers.MariaDBDSN, "mongo:replicas-3": containers.MongoURI,
		"redis:cluster": containers.RedisURL, "valkey:cluster": containers.ValkeyURL,
	} {
		var stdout, stderr bytes.Buffer
		tool := newTool(allAdapters())
		tool.stdout, tool.stderr = &stdout, &stderr
		tool.getenv = func(name string) string {
			if name == variable {
				return "secret"
			}
			return ""
		}
		if status := tool.run(t.Context(), []string{"verify", name}); status != int(exitUsage) || strings.Contains(stderr.String(), "secret") {
			t.Errorf("%s: exit status %d:\n%s%s", name, status, stdout.String(), stderr.String())
		}
		wantIn(t, stderr.String(), name+" starts its own container", variable)
	}
	got := runTool(t.Context(), allAdapters(), "verify", "postgres:15", "--dsn", "postgres://secret")
	got.wantStatus(t, exitUsage)
	wantIn(t, got.stderr, "--dsn: postgres is not among the adapters named")
}

// Completion offers adapters, variants and clauses.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"verify po":        "postgres:15\tPostgreSQL 15\n",
		"verify memory ":   "galera\t",
		"explain SES SWP-": "SWP-05\tA sweep never deletes",
	} {
		got := runTool(t.Context(), allAdapters(), append([]string{"__complete"}, strings.Split(args, " ")...)...)
		got.wantStatus(t, 0)
		wantIn(t, got.stdout, want)
	}
}

// The advice for a variant names no server that runs already, which it would refuse.
func TestVariantThatCannotStart(t *testing.T) {
	t.Parallel()
	missing := missingAdapter("postgres")
	missing.variant = true
	got := runTool(t.Context(), []adapter{missing}, "verify", "postgres")
	wantIn(t, got.stdout, "What would help: start Docker\n")
	if strings.Contains(got.stdout, containers.PostgresDSN) {
		t.Errorf("the advice names a server:\n%s", got.stdout)
	}
}
