package method

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// Calls has the operations that each check calls on a healthy store. It is safe for
// concurrent use.
type Calls struct{ made sync.Map } // has the keys call

type call struct {
	check string
	op    spec.Op
}

// Add records a call.
func (c *Calls) Add(check string, op spec.Op) { c.made.Store(call{check, op}, true) }

type skipsKey struct{}

// skips has the checks that were skipped.
type skips struct {
	healthy *Calls
	checks  sync.Map // has their names
}

// Skip returns a context for a run on a mutant. A check is skipped if it calls none of the
// operations that the mutant alters. Its result would be the same as on the healthy store.
// Skipped reports whether that has happened to a check.
func (c *Calls) Skip(ctx context.Context) (_ context.Context, skipped func(check string) bool) {
	s := &skips{healthy: c}
	return context.WithValue(ctx, skipsKey{}, s), func(check string) bool {
		_, yes := s.checks.Load(check)
		return yes
	}
}

// SkipUnaltered is called with the operations that a mutant alters, when a check has opened
// it. It skips the check if the run's context is that of [Calls.Skip] and the check calls
// none of them. The operation "" means every operation.
func SkipUnaltered(t conformance.TB, altered []spec.Op) {
	s, skipping := t.Context().Value(skipsKey{}).(*skips)
	if !skipping || slices.ContainsFunc(altered, func(op spec.Op) bool {
		_, calls := s.healthy.made.Load(call{t.Name(), op})
		return calls || op == ""
	}) {
		return
	}
	s.checks.Store(t.Name(), true)
	t.SkipNow()
}

// Altered returns the operations that functions in the fields of *store replace. The field
// deleteUser replaces [spec.OpDeleteUser].
func Altered(store any) []spec.Op {
	var ops []spec.Op
	v := reflect.ValueOf(store).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Func && !f.IsNil() {
			ops = append(ops, opOf(v.Type().Field(i).Name))
		}
	}
	return ops
}

func opOf(field string) spec.Op {
	var op strings.Builder
	for _, r := range field {
		if unicode.IsUpper(r) {
			op.WriteByte(' ')
		}
		op.WriteRune(unicode.ToLower(r))
	}
	return spec.Op(op.String())
}
