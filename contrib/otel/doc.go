// Package tenonotel reports the calls of a store to OpenTelemetry, following the semantic
// conventions for databases. [Wrap] wraps the adapter of a store:
//
//	store, err := spec.NewStore[User, Device]("postgres", func(columns spec.Columns) (spec.Adapter, error) {
//		a, err := postgres.OpenAdapter(ctx, dsn, columns)
//		if err != nil {
//			return nil, err
//		}
//		return tenonotel.Wrap(a, "postgresql"), nil
//	})
//
// The package is not named like its folder, since programs that import it also import
// go.opentelemetry.io/otel.
//
// # What is reported
//
// Each call has one span, whose parent is the span in the call's context. Each call also
// counts once in the histogram db.client.operation.duration, in seconds. A call that ends
// before it reaches the adapter, for example because an id is not valid, has neither.
// Both have these attributes:
//
//	db.system.name     the argument of Wrap
//	db.operation.name  the operation, as errors name it: "create session"
//	error.type         the class of the error, if there is one: "session not found"
//
// A span has the kind client and the name of its operation. Its status is Error if the
// store could not do its work, for example because it was unavailable or the context
// ended. The status stays unset if the store did its work and returned an answer such as
// session not found or stale lease. So for failure rates, leave out those values of
// error.type, or count spans by status. A sweep has one span for each call of the store.
//
// Nothing else is reported, so no id, credential or value leaves the process. The
// description of a status is the class and the Detail of the [spec.Error].
// db.collection.name is missing because a call can concern users and sessions at once,
// and only the adapter knows the names of its tables.
//
// Drivers have their own instrumentation, for single statements. Its spans become children
// of these spans, because adapters pass the context on.
package tenonotel
