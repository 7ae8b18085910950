package bolt_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/spec"
)

// writeReport judges the adapter and writes the table that tenon verify writes.
func writeReport(ctx context.Context, w io.Writer, options conformance.Options) error {
	r := report.Report{Suite: conformance.Version, Start: time.Now()}
	bolt := report.Adapter{Name: "bolt", Engine: "bbolt", Version: "1.4"}
	options.Describe = func(d spec.Description) { bolt.Weaknesses = d.Weaknesses }
	results, err := conformance.Judge(ctx, conformance.NewSubject(open), options)
	if err != nil {
		return err
	}
	for result := range results {
		bolt.Results = append(bolt.Results, result)
	}
	bolt.Duration = time.Since(r.Start)
	r.Adapters = append(r.Adapters, bolt)
	return r.WriteText(w, report.Style{})
}

func TestReport(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "users.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text strings.Builder
	match := func(name string) bool { return strings.HasPrefix(name, "USR-01/") }
	if err := writeReport(t.Context(), &text, conformance.Options{Target: db, Match: match}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"bbolt 1.4", "USR  Users", "PASS: bolt passed."} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in:\n%s", part, text.String())
		}
	}
}
