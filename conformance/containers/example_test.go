package containers_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

// A command judges an adapter on a server that it starts, without go test.
func Example() {
	ctx := context.Background()
	server, err := containers.Postgres(ctx, containers.PostgresOptions{Version: "17"})
	if missing, ok := errors.AsType[*containers.MissingError](err); ok {
		log.Fatalf("not run: %v. %s", missing.Cause, missing.Remedy())
	}
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	subject, options := subjects.Postgres(server, subjects.PostgresVariation{})
	results, err := conformance.Judge(ctx, subject, options)
	if err != nil {
		log.Fatal(err)
	}
	for r := range results {
		fmt.Println(r.Name(), r.Outcome)
	}
}
