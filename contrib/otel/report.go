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

// scope is the instrumentation scope of the spans and metrics.
const scope = "github.com/tenon-go/tenon/contrib/otel"

// Option is an option of [Wrap] and [WrapSessions].
type Option func(*settings)

type settings struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider sets the provider for spans. The default is the global provider.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(s *settings) { s.tracers = p }
}

// WithMeterProvider sets the provider for metrics. The default is the global provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(s *settings) { s.meters = p }
}

// operations lists the reported operations.
var operations = []spec.Op{
	spec.OpCreateUser, spec.OpUser, spec.OpUpdateUser, spec.OpDeleteUser, spec.OpUserBy,
	spec.OpCreateSession, spec.OpSession, spec.OpSessionAndUser, spec.OpUserSessions,
	spec.OpUpdateSession, spec.OpSwapLease, spec.OpDeleteSession, spec.OpDeleteUserSessions,
	spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions,
	spec.OpMigrate, spec.OpCheck, spec.OpPing,
}

// seconds are the histogram bounds that the conventions recommend.
var seconds = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}

// reporter reports calls.
type reporter struct {
	tracer     trace.Tracer
	duration   metric.Float64Histogram
	operations map[spec.Op]*operation
}

// operation has the attributes of an operation. They are created before any call, so a
// call does not allocate attributes.
type operation struct {
	name     string
	start    []trace.SpanStartOption
	outcomes map[error][]metric.RecordOption // by class; nil is success
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
		otel.Handle(err) // calls work without the metric
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

// call is a call in progress.
type call struct {
	*reporter
	*operation
	span  trace.Span
	begun time.Time
}

// begin begins to report a call. It returns the context with which to call the adapter.
func (r *reporter) begin(ctx context.Context, op spec.Op) (context.Context, call) {
	c := call{r, r.operations[op], nil, time.Now()}
	ctx, c.span = r.tracer.Start(ctx, c.name, c.start...)
	return ctx, c
}

// end reports the end of a call, and returns the call's error.
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

// answers are the classes of errors of a store that has done its work.
var answers = map[error]bool{
	spec.ErrUserNotFound: true, spec.ErrSessionNotFound: true,
	spec.ErrUserExists: true, spec.ErrSessionExists: true,
	spec.ErrConstraint: true, spec.ErrInvalid: true, spec.ErrStale: true,
}

// classOf returns the class that spec.Store will give to an adapter's error. An error
// without a class becomes ErrFailed. An error because the context has ended becomes the
// context's error.
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
		return cmp.Or(gone, spec.ErrUnavailable) // a timeout of the driver
	case spec.ErrUnavailable, spec.ErrFailed:
		return cmp.Or(gone, class)
	}
	return class
}

// describe returns the description of a status. It leaves out the text of an error that is
// not a [spec.Error], since that can contain values.
func describe(class, err error) string {
	if e, ok := err.(*spec.Error); ok && e.Detail != "" {
		return class.Error() + " (" + e.Detail + ")"
	}
	return class.Error()
}
