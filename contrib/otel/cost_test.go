//go:build !race

package tenonotel_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/tenon-go/tenon/adapters/memory"
	tenonotel "github.com/tenon-go/tenon/contrib/otel"
	"github.com/tenon-go/tenon/spec"
)

// TestAllocations counts the allocations of a call without an SDK. The call itself makes
// none, and neither does this package. The API of OpenTelemetry allocates a span, the
// span as a value of a context, and the context.
func TestAllocations(t *testing.T) {
	for name, test := range map[string]struct {
		want    float64
		options []tenonotel.Option
	}{
		"no SDK": {3, nil},
		"no-op":  {1, []tenonotel.Option{tenonotel.WithTracerProvider(tracenoop.NewTracerProvider()), tenonotel.WithMeterProvider(noop.NewMeterProvider())}},
	} {
		s := inMemoryStore(t, func(a spec.Adapter) spec.Adapter { return tenonotel.Wrap(a, "x", test.options...) })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if got := testing.AllocsPerRun(200, func() { s.SessionAndUser(ctx, "s") }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", name, got, test.want)
		}
	}
}

func inMemoryStore(t testing.TB, wrap func(spec.Adapter) spec.Adapter) *store {
	s, err := spec.NewStore[person, device]("memory", func(columns spec.Columns) (spec.Adapter, error) {
		return wrap(memory.NewAdapter(columns)), nil
	})
	if err == nil {
		err = s.CreateSession(t.Context(), spec.Session[device]{ID: "s", CreatedAt: noon})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkNoSDK compares a wrapped read without an SDK with one that is not wrapped.
func BenchmarkNoSDK(b *testing.B) {
	for name, wrap := range map[string]func(spec.Adapter) spec.Adapter{
		"plain":   asItIs,
		"wrapped": func(a spec.Adapter) spec.Adapter { return tenonotel.Wrap(a, "x") },
	} {
		b.Run(name, func(b *testing.B) {
			s := inMemoryStore(b, wrap)
			b.ReportAllocs()
			for b.Loop() {
				s.SessionAndUser(b.Context(), "s")
			}
		})
	}
}
