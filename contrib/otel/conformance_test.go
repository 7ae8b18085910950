package tenonotel_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	tenonotel "github.com/tenon-go/tenon/contrib/otel"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// reported returns options that record everything.
func reported() []tenonotel.Option {
	return []tenonotel.Option{
		tenonotel.WithTracerProvider(sdktrace.NewTracerProvider()),
		tenonotel.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))),
	}
}

// TestConformance judges a wrapped store. It uses only the rich attribute types, since Wrap
// does not touch values. Wrap keeps nothing between two calls and makes one call of the
// adapter for each, so most races would judge only the adapter again. It runs those of
// CON-01 and CON-04.
func TestConformance(t *testing.T) {
	options := conformance.Options{Match: judged, Waivers: []conformance.Waiver{
		{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "memory has no driver; in TestConformanceOfErrors there is one"},
		{Clause: "ERR-05", Reason: "memory has no server; in TestConformanceOfErrors there is one to be cut off from"},
		{Clause: "ERR-06", Reason: "no answer travels; in TestConformanceOfErrors they do"},
	}}
	around := reported()
	conformance.Run(t, conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		return tenonotel.Wrap(memory.NewAdapter(columns), "memory", around...)
	}), options)
}

// TestConformanceOfErrors wraps an adapter with a driver. It is for the clauses about
// calls that fail or end, and about optional interfaces.
func TestConformanceOfErrors(t *testing.T) {
	files := new(faultdriver.Files)
	around := reported()
	conformance.Run(t, conformance.NewSessionSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
		db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
		a, err := sqlite.NewAdapter(t.Context(), db, columns, sqlite.WithTables("", s.Name))
		if err != nil {
			t.Fatal(err)
		}
		return tenonotel.WrapSessions(a, "sqlite", around...)
	}), conformance.Options{
		Target:      files,
		DriverError: faultdriver.IsFault,
		Cut:         func(t conformance.TB, _ conformance.Store) func() { return files.Of(t).Faults.Cut() },
		LoseAnswer:  func(t conformance.TB, _ conformance.Store) func() bool { return files.Of(t).Faults.LoseAnswer() },
		Damage:      func(t conformance.TB, s conformance.Store) { files.Of(t).Drop(t, s.Name) },
		Match: func(name string) bool {
			return isRich(name) && slices.ContainsFunc([]string{"ERR", "CTX", "OPT"}, func(group string) bool {
				return strings.HasPrefix(name, group)
			})
		},
	})
}

func judged(name string) bool {
	kept := strings.HasPrefix(name, "CON-01") || strings.HasPrefix(name, "CON-04")
	return isRich(name) && (kept || !races.MatchString(name))
}

var races = regexp.MustCompile("_race|_while_|half_done|one_of_many|(swap|sweeps|updates)_at_once|same_time_are|during_updates|no_call_finds")

func isRich(name string) bool { return strings.HasSuffix(name, "/rich") }
