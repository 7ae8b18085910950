package sqlite_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// idForm is a way to store the ids of users.
type idForm struct {
	name      string
	option    sqlite.Option
	translate func(id string) string
}

var idForms = []idForm{
	{"integer", sqlite.WithUserIDs(sqlite.IntegerIDs), translate.Integer},
	{"uuid", sqlite.WithUserIDs(sqlite.UUIDs), translate.UUID},
}

// idTarget is the Target that the suite passes to the open functions.
type idTarget struct {
	*faultdriver.Files
	form idForm
	ids  *translate.IDs
}

// TestConformanceOfUserIDs tests each way to store the ids of users by what it can
// affect: the answers of all calls, and the clauses about ids.
func TestConformanceOfUserIDs(t *testing.T) {
	for _, form := range idForms {
		t.Run(form.name, func(t *testing.T) {
			options := withIDs(form)
			store := conformance.Store{Name: "program", Target: options.Target}
			handle := func() *spec.Store[program.User, program.Session] {
				return scratch.Store[program.User, program.Session](t, func(columns spec.Columns) spec.Adapter { return openIDs(t, store, columns) })
			}
			program.Run(t, handle(), handle())
			conformance.Run(t, conformance.NewSubject(openIDs), only(options, "IDS", "REF", "ERR-01", "ERR-02"))
		})
	}
}

func withIDs(form idForm) conformance.Options {
	options := withFaults()
	options.Target = idTarget{options.Target.(*faultdriver.Files), form, translate.New(form.translate)}
	return options
}

func openIDs(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	target := s.Target.(idTarget)
	a, err := sqlite.NewAdapter(t.Context(), target.Of(t).Handle(t, s.MaxConns, faultdriver.Connector{}), columns,
		sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"), target.form.option)
	return translate.Adapter(target.ids, opened(t, a, err))
}
