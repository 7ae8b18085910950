package conformance_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// Judge runs checks without go test, here only those of the clauses about leases.
func ExampleJudge() {
	results, err := conformance.Judge(context.Background(), conformance.NewSubject(open), conformance.Options{
		Match: func(name string) bool { return strings.HasPrefix(name, "LEA-") },
	})
	if err != nil {
		log.Fatal(err)
	}
	outcomes := map[conformance.Outcome]bool{}
	for result := range results {
		outcomes[result.Outcome] = true
		if result.Bad() {
			fmt.Println(result.Name(), result.Output)
		}
	}
	fmt.Println("passed:", outcomes[conformance.Passed], "failed:", outcomes[conformance.Failed])
	// Output: passed: true failed: false
}

// open returns a new adapter for each check.
func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	return memory.NewAdapter(columns)
}
