package tenonotel

import (
	"cmp"
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/tenon-go/tenon/spec"
)

// scope is what spans and metrics say where they come from.
const scope = "github.com/tenon-go/tenon/contrib/otel"

// Option changes where [Wrap] reports to.
type Option func(*settings)

type settings struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider sets where spans go. Default: the global provider.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(s *settings) { s.tracers = p }
}

// WithMeterProvider sets where metrics go. Default: the global provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(s *settings) { s.meters = p }
}

// operations are those that are reported.
var operations = []spec.Op{
	spec.OpCreateUser, spec.OpUser, spec.OpUpdateUser, spec.OpDeleteUser, spec.OpUserBy,
	spec.OpCreateSession, spec.OpSession, spec.OpSessionAndUser, spec.OpUserSessions,
	spec.OpUpdateSession, spec.OpSwapLease, spec.OpDeleteSession, spec.OpDeleteUserSessions,
	spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions,
	spec.OpMigrate, spec.OpCheck, spec.OpPing,
}

// seconds are the bounds of the histogram that the conventions advise.
var seconds = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}

// reporter reports calls.
type reporter struct {
	tracer     trace.Tracer
	duration   metric.Float64Histogram
	operations map[spec.Op]*operation
}

// operation is what is known of an operation before any call: so a call makes
// no attributes.
type operation struct {
	name     string
	start    []trace.SpanStartOption
	outcomes map[error][]metric.RecordOption // by class; that of nil is success
}

func newReporter(system string, options []Option) *reporter {
	s := settings{otel.GetTracerProvider(), otel.GetMeterProvider()}
	for _, set := range options {
		set(&s)
	}
	r := &reporter{
		tracer:     s.tracers.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		operations: make(map[spec.Op]*operation, len(operations)),
	}
	meter := s.meters.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
	duration, err := dbconv.NewClientOperationDuration(meter, metric.WithExplicitBucketBoundaries(seconds...))
	if err != nil {
		otel.Handle(err) // the calls go on without the metric
	}
	r.duration = duration.Inst()
	outcomes := append(spec.Classes(), nil)
	for _, op := range operations {
		common := []attribute.KeyValue{semconv.DBSystemNameKey.String(system), semconv.DBOperationName(string(op))}
		o := &operation{
			name:     string(op),
			start:    []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(common...)},
			outcomes: make(map[error][]metric.RecordOption, len(outcomes)),
		}
		for _, class := range outcomes {
			attributes := common
			if class != nil {
				attributes = append(common[:2:2], errorType(class))
			}
			o.outcomes[class] = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}
		}
		r.operations[op] = o
	}
	return r
}

func errorType(class error) attribute.KeyValue { return semconv.ErrorTypeKey.String(class.Error()) }

// call is a call that is under way.
type call struct {
	*reporter
	*operation
	span  trace.Span
	begun time.Time
}

// begin returns the context that the adapter is to be called with.
func (r *reporter) begin(ctx context.Context, op spec.Op) (context.Context, call) {
	c := call{r, r.operations[op], nil, time.Now()}
	ctx, c.span = r.tracer.Start(ctx, c.name, c.start...)
	return ctx, c
}

// end reports how a call has ended, and returns its error.
func (c call) end(ctx context.Context, err error) error {
	class := classOf(ctx, err)
	if c.duration.Enabled(ctx) {
		c.duration.Record(ctx, time.Since(c.begun).Seconds(), c.outcomes[class]...)
	}
	if class != nil && c.span.IsRecording() {
		c.span.SetAttributes(errorType(class))
		if !answers[class] {
			c.span.SetStatus(codes.Error, describe(class, err))
		}
	}
	c.span.End()
	return err
}

// answers are the classes of errors with which a store has done its work.
var answers = map[error]bool{
	spec.ErrUserNotFound: true, spec.ErrSessionNotFound: true,
	spec.ErrUserExists: true, spec.ErrSessionExists: true,
	spec.ErrConstraint: true, spec.ErrInvalid: true, spec.ErrStale: true,
}

// classOf returns the class that the front is going to give an adapter's error: one
// that is of no class is ErrFailed, and what fails because the context has ended is
// the context's error.
func classOf(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	class, gone := cmp.Or(spec.ClassOf(err), spec.ErrFailed), ctx.Err()
	if deadline, ok := ctx.Deadline(); ok && gone == nil && !time.Now().Before(deadline) {
		gone = context.DeadlineExceeded
	}
	switch class {
	case context.Canceled, context.DeadlineExceeded:
		return cmp.Or(gone, spec.ErrUnavailable) // a driver's own timeout
	case spec.ErrUnavailable, spec.ErrFailed:
		return cmp.Or(gone, class)
	}
	return class
}

// describe returns the text of a status. That of an error which is no [spec.Error]
// may hold values.
func describe(class, err error) string {
	if e, ok := err.(*spec.Error); ok && e.Detail != "" {
		return class.Error() + " (" + e.Detail + ")"
	}
	return class.Error()
}
