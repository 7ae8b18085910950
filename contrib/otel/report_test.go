package tenonotel_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/tenon-go/tenon/adapters/memory"
	tenonotel "github.com/tenon-go/tenon/contrib/otel"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	person struct {
		Email string `db:"email,unique,max=254"`
	}
	device struct{ Name string }
	store  = spec.Store[person, device]
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// recorded is a store whose calls are recorded.
type recorded struct {
	*store
	t      *testing.T
	tracer trace.Tracer
	spans  *tracetest.InMemoryExporter
	reader *sdkmetric.ManualReader
}

// record returns a store on a wrapped adapter. Change can put a fault between Wrap and the
// adapter.
func record(t *testing.T, change func(spec.Adapter) spec.Adapter) *recorded {
	t.Helper()
	r := &recorded{t: t, spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(r.spans))
	r.tracer = tracers.Tracer("test")
	var err error
	r.store, err = spec.NewStore[person, device]("x", func(columns spec.Columns) (spec.Adapter, error) {
		return tenonotel.Wrap(change(memory.NewAdapter(columns)), "postgresql",
			tenonotel.WithTracerProvider(tracers),
			tenonotel.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader)))), nil
	})
	check(t, err)
	return r
}

func asItIs(a spec.Adapter) spec.Adapter { return a }

// takeSpans returns the spans since the last call of takeSpans.
func (r *recorded) takeSpans() tracetest.SpanStubs {
	defer r.spans.Reset()
	return r.spans.GetSpans()
}

// counts returns the number of calls in the histogram, by attributes.
func (r *recorded) counts() map[string]uint64 {
	r.t.Helper()
	var got metricdata.ResourceMetrics
	check(r.t, r.reader.Collect(r.t.Context(), &got))
	counts := map[string]uint64{}
	for _, scope := range got.ScopeMetrics {
		for _, m := range scope.Metrics {
			h, ok := m.Data.(metricdata.Histogram[float64])
			if m.Name != "db.client.operation.duration" || m.Unit != "s" || !ok {
				r.t.Fatalf("metric %+v", m)
			}
			for _, p := range h.DataPoints {
				if want := []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}; !slices.Equal(p.Bounds, want) {
					r.t.Errorf("bounds %v", p.Bounds)
				}
				if p.Sum < 0 {
					r.t.Errorf("sum %v", p.Sum)
				}
				counts[text(p.Attributes.ToSlice())] = p.Count
			}
		}
	}
	return counts
}

func text(attributes []attribute.KeyValue) string {
	var list []string
	for _, a := range attributes {
		list = append(list, string(a.Key)+"="+a.Value.String())
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// calls returns all calls of a store that reach its adapter, by operation.
func calls(ctx context.Context, s *store, now time.Time) map[spec.Op]func() error {
	all := attr.All[device]()
	return map[spec.Op]func() error{
		spec.OpCreateUser:               func() error { return s.CreateUser(ctx, spec.User[person]{ID: "ann"}) },
		spec.OpUser:                     func() error { _, err := s.User(ctx, "ann"); return err },
		spec.OpUserBy:                   func() error { _, err := s.UserBy(ctx, "Email", "ann@example.org"); return err },
		spec.OpUpdateUser:               func() error { return s.UpdateUser(ctx, "ann", person{}, attr.All[person]()) },
		spec.OpDeleteUser:               func() error { return s.DeleteUser(ctx, "ann") },
		spec.OpCreateSession:            func() error { return s.CreateSession(ctx, spec.Session[device]{ID: "s", CreatedAt: now}) },
		spec.OpSession:                  func() error { _, err := s.Session(ctx, "s"); return err },
		spec.OpSessionAndUser:           func() error { _, _, err := s.SessionAndUser(ctx, "s"); return err },
		spec.OpUserSessions:             func() error { _, err := s.UserSessions(ctx, "ann"); return err },
		spec.OpUpdateSession:            func() error { return s.UpdateSession(ctx, "s", device{}, all) },
		spec.OpSwapLease:                func() error { return s.SwapLease(ctx, "s", spec.Lease{}, spec.Lease{}) },
		spec.OpDeleteSession:            func() error { return s.DeleteSession(ctx, "s") },
		spec.OpDeleteUserSessions:       func() error { _, err := s.DeleteUserSessions(ctx, "ann"); return err },
		spec.OpDeleteUserSessionsExcept: func() error { _, err := s.DeleteUserSessionsExcept(ctx, "ann", "s"); return err },
		spec.OpDeleteExpiredSessions: func() error {
			_, err := s.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Everyone: true, Limit: 10})
			return err
		},
		spec.OpMigrate: func() error { return s.Migrate(ctx) },
		spec.OpCheck:   func() error { return s.Check(ctx) },
		spec.OpPing:    func() error { return s.Ping(ctx) },
	}
}

// failing is an adapter whose calls all fail.
type failing struct{ err error }

func (f failing) CreateUser(context.Context, spec.UserRow) error                      { return f.err }
func (f failing) User(context.Context, string, *spec.UserRow) error                   { return f.err }
func (f failing) UserBy(context.Context, int, any, *spec.UserRow) error               { return f.err }
func (f failing) UpdateUser(context.Context, string, spec.Change) error               { return f.err }
func (f failing) DeleteUser(context.Context, string) error                            { return f.err }
func (f failing) CreateSession(context.Context, spec.SessionRow) error                { return f.err }
func (f failing) Session(context.Context, string, *spec.SessionRow) error             { return f.err }
func (f failing) UpdateSession(context.Context, string, spec.Change) error            { return f.err }
func (f failing) SwapLease(context.Context, string, spec.Lease, spec.Lease) error     { return f.err }
func (f failing) DeleteSession(context.Context, string) error                         { return f.err }
func (f failing) Migrate(context.Context) error                                       { return f.err }
func (f failing) Check(context.Context) error                                         { return f.err }
func (f failing) Ping(context.Context) error                                          { return f.err }
func (f failing) UserSessions(context.Context, string, func() *spec.SessionRow) error { return f.err }
func (f failing) SessionAndUser(context.Context, string, *spec.SessionRow, *spec.UserRow) error {
	return f.err
}
func (f failing) DeleteUserSessions(context.Context, string, []string) (int64, error) {
	return 0, f.err
}
func (f failing) DeleteExpiredSessions(context.Context, spec.Sweep) (int64, error) { return 7, f.err }

// Each call has one span, a child of the caller's span, and counts once. The reported class
// is that of the caller's error. The status says whether the store failed.
func TestEveryCall(t *testing.T) {
	t.Parallel()
	const value = "a value of ann's"
	for _, test := range []struct {
		name    string
		err     error
		class   error // of the error that the caller gets
		status  codes.Code
		message string
	}{
		{"success", nil, nil, codes.Unset, ""},
		{"not found", spec.ErrSessionNotFound, spec.ErrSessionNotFound, codes.Unset, ""},
		{"stale", spec.ErrStale, spec.ErrStale, codes.Unset, ""},
		{"constraint", &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}, spec.ErrConstraint, codes.Unset, ""},
		{"unavailable", &spec.Error{Class: spec.ErrUnavailable, Detail: "57P01", Cause: errors.New(value)}, spec.ErrUnavailable, codes.Error, "store unavailable (57P01)"},
		{"unknown", &spec.Error{Class: spec.ErrIndeterminate, Cause: errors.New(value)}, spec.ErrIndeterminate, codes.Error, "outcome unknown"},
		{"of no class", errors.New(value), spec.ErrFailed, codes.Error, "store failed"},
		{"of two classes", errors.Join(spec.ErrStale, spec.ErrConflict), spec.ErrFailed, codes.Error, "store failed"},
		{"the driver's timeout", context.DeadlineExceeded, spec.ErrUnavailable, codes.Error, "store unavailable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := record(t, func(spec.Adapter) spec.Adapter { return failing{test.err} })
			ctx, parent := r.tracer.Start(t.Context(), "request")
			want := map[string]uint64{}
			for op, call := range calls(ctx, r.store, noon) {
				err := call()
				if spec.ClassOf(err) != test.class && !(op == spec.OpPing && test.class == spec.ErrSessionNotFound) {
					t.Errorf("%s: %v, want %v", op, err, test.class)
				}
				attributes := fmt.Sprintf("db.operation.name=%s, db.system.name=postgresql", op)
				if test.class != nil {
					attributes += ", error.type=" + test.class.Error()
				}
				want[attributes] = 1
				spans := r.takeSpans()
				if len(spans) != 1 {
					t.Fatalf("%s: %d spans", op, len(spans))
				}
				s := spans[0]
				if s.Name != string(op) || s.SpanKind != trace.SpanKindClient || text(s.Attributes) != attributes {
					t.Errorf("%s: span %q of kind %v with %s", op, s.Name, s.SpanKind, text(s.Attributes))
				}
				if s.Parent.SpanID() != parent.SpanContext().SpanID() || s.SpanContext.TraceID() != parent.SpanContext().TraceID() {
					t.Errorf("%s: the parent is not the caller's span", op)
				}
				if s.Status.Code != test.status || s.Status.Description != test.message {
					t.Errorf("%s: status %+v, want %v %q", op, s.Status, test.status, test.message)
				}
				if len(s.Events) > 0 || strings.Contains(fmt.Sprint(s), "ann") {
					t.Errorf("%s: the span says too much: %+v", op, s)
				}
			}
			if got := r.counts(); !maps.Equal(got, want) {
				t.Errorf("metrics %v, want %v", got, want)
			}
		})
	}
}

// giveUp is an adapter whose reads of sessions end with their context and return an error
// of the driver.
type giveUp struct {
	spec.Adapter
	cancel func()
}

func (g *giveUp) Session(ctx context.Context, _ string, _ *spec.SessionRow) error {
	if g.cancel != nil {
		g.cancel()
	}
	<-ctx.Done()
	return &spec.Error{Class: spec.ErrUnavailable, Cause: errors.New("use of closed network connection")}
}

// A call that fails because its context ends has the context's error, in the span and for
// the caller.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testContextEnds)
}

func testContextEnds(t *testing.T) {
	g := new(giveUp)
	r := record(t, func(a spec.Adapter) spec.Adapter { g.Adapter = a; return g })
	for class, begin := range map[error]func() (context.Context, context.CancelFunc){
		context.Canceled: func() (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) },
		context.DeadlineExceeded: func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), time.Millisecond)
		},
	} {
		ctx, cancel := begin()
		defer cancel()
		g.cancel = nil
		if class == context.Canceled {
			g.cancel = cancel
		}
		if _, err := r.Session(ctx, "s"); spec.ClassOf(err) != class {
			t.Errorf("got %v, want %v", err, class)
		}
		spans := r.takeSpans()
		if len(spans) != 1 || spans[0].Status.Code != codes.Error || spans[0].Status.Description != class.Error() ||
			!strings.HasSuffix(text(spans[0].Attributes), "error.type="+class.Error()) {
			t.Errorf("%v: spans %+v", class, spans)
		}
		// The next call does not reach the adapter.
		if _, err := r.Session(ctx, "s"); spec.ClassOf(err) != class || len(r.takeSpans()) > 0 {
			t.Errorf("a call after its context: %v", err)
		}
	}
}

// nested is an adapter that begins another span in each read of a session, as a driver
// does.
type nested struct {
	spec.Adapter
	tracer trace.Tracer
}

func (n *nested) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	_, span := n.tracer.Start(ctx, "SELECT")
	defer span.End()
	return n.Adapter.Session(ctx, id, into)
}

// The adapter is called with the span in its context, so a driver's span is its child.
func TestDriversSpansAreChildren(t *testing.T) {
	t.Parallel()
	n := new(nested)
	r := record(t, func(a spec.Adapter) spec.Adapter { n.Adapter = a; return n })
	n.tracer = r.tracer
	r.Session(t.Context(), "s")
	spans := r.takeSpans()
	if len(spans) != 2 || spans[0].Name != "SELECT" || spans[0].Parent.SpanID() != spans[1].SpanContext.SpanID() {
		t.Errorf("spans %+v", spans)
	}
}

// A sweep has a span for each call, and returns the adapter's numbers, also with an error.
func TestSweep(t *testing.T) {
	t.Parallel()
	r := record(t, asItIs)
	for i := range 5 {
		check(t, r.CreateSession(t.Context(), spec.Session[device]{ID: fmt.Sprint(i), CreatedAt: noon, Lease: spec.Lease{ExpiresAt: noon}}))
	}
	r.takeSpans()
	ctx, parent := r.tracer.Start(t.Context(), "sweep")
	var deleted []int64
	for {
		n, err := r.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 2})
		check(t, err)
		deleted = append(deleted, n)
		if n == 0 {
			break
		}
	}
	if !slices.Equal(deleted, []int64{2, 2, 1, 0}) {
		t.Errorf("deleted %v", deleted)
	}
	spans := r.takeSpans()
	if len(spans) != 4 {
		t.Errorf("%d spans", len(spans))
	}
	for _, s := range spans {
		if s.Name != "delete expired sessions" || s.Parent.SpanID() != parent.SpanContext().SpanID() {
			t.Errorf("span %+v", s)
		}
	}
	r = record(t, func(spec.Adapter) spec.Adapter { return failing{spec.ErrUnavailable} })
	if n, err := r.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 9}); n != 7 || !errors.Is(err, spec.ErrUnavailable) {
		t.Errorf("%d, %v", n, err)
	}
}
