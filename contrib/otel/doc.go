// Package tenonotel reports the calls of a store to OpenTelemetry, by the semantic
// conventions for databases. [Wrap] goes around an adapter, between it and its
// store:
//
//	store, err := spec.NewStore[User, Device]("postgres", func(columns spec.Columns) (spec.Adapter, error) {
//		a, err := postgres.OpenAdapter(ctx, dsn, columns)
//		if err != nil {
//			return nil, err
//		}
//		return tenonotel.Wrap(a, "postgresql"), nil
//	})
//
// The package has another name than its folder, because programs that import it
// import go.opentelemetry.io/otel too.
//
// # What is reported
//
// Each call has one span, whose parent is the span in its context, and counts once
// in the histogram db.client.operation.duration, in seconds. A call that ends before
// it reaches the adapter, because an id is not valid, say, has neither. Both have
// these attributes:
//
//	db.system.name     what Wrap is told
//	db.operation.name  the operation as errors name it: "create session"
//	error.type         the class of the error, if there is one: "session not found"
//
// A span is of the kind client and has the name of its operation. Its status is
// Error if the store could not do what it was asked for: it was unavailable, say, or
// the context ended. It stays unset where the store gave its answer, as for a session
// that is not found or a lease that is stale: for rates of failures, leave out those
// values of error.type, or count spans by status. A sweep has one span for each batch
// that the caller asks for.
//
// Nothing else is reported. So no id, credential or value leaves the process: the
// description of a status is the class and what [spec.Error] says in Detail.
// db.collection.name is missing because calls concern users and sessions at once, and
// only the adapter knows the names of its tables.
//
// Drivers have instrumentations of their own, for single statements. Their spans
// become children of these, because adapters pass the context on.
package tenonotel
