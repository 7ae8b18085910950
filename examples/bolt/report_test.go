package bolt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/spec"
)

// writeReport judges the adapter, and writes the report to the test's artifacts.
func writeReport(t *testing.T, options conformance.Options) error {
	r := report.Report{Suite: conformance.Version, Profile: options.Profile, Start: time.Now()}
	bolt := report.Adapter{Name: "bolt", Engine: "bbolt", Version: "1.4", Driver: report.Driver("go.etcd.io/bbolt"), Deployment: "a file"}
	options.Describe = func(d spec.Description) { bolt.Weaknesses = d.Weaknesses }
	bolt.Results = conformance.Run(t, conformance.NewSubject(open), options)
	bolt.Duration = time.Since(r.Start)
	r.Adapters = append(r.Adapters, bolt)
	return r.WriteFiles(t.ArtifactDir())
}

func TestReport(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "users.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	match := func(name string) bool { return strings.HasPrefix(name, "USR-01/") }
	if err := writeReport(t, conformance.Options{Target: db, Match: match}); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"report.html": "bolt passed. Checks: ", "report.json": `"driver": "go.etcd.io/bbolt`, "badge.json": " left out",
	} {
		data, err := os.ReadFile(filepath.Join(t.ArtifactDir(), file))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v, and want %q", file, err, want)
		}
	}
}
