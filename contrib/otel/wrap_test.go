package tenonotel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	tenonotel "github.com/tenon-go/tenon/contrib/otel"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// plain and plainSessions have only the required methods.
type (
	plain         struct{ spec.Adapter }
	plainSessions struct{ spec.SessionAdapter }
)

// extra has the optional methods of an adapter.
type extra struct{}

func (extra) UserBy(context.Context, int, any, *spec.UserRow) error {
	return spec.ErrUserNotFound
}
func (extra) Migrate(context.Context) error { return errMigrate }
func (extra) Check(context.Context) error   { return spec.ErrFailed }
func (extra) Ping(context.Context) error    { return spec.ErrUnavailable }
func (extra) Describe(context.Context) (spec.Description, error) {
	return spec.Description{Name: "x"}, nil
}
func (extra) ValidUserID(id string) bool { return id == "7" }
func (extra) Close() error               { return io.EOF }
func (extra) ReusesRows()                {}

var errMigrate = errors.New("an error with a value in it")

func inMemory() spec.Adapter { return memory.NewAdapter(spec.Columns{Users: []attr.Field{}}) }

// offers returns, for each optional interface, whether an adapter has it.
func offers(a any) string {
	has := func(_ any, ok bool) bool { return ok }
	_, reuses := a.(spec.RowReuser)
	return fmt.Sprint(has(spec.As[spec.UserFinder](a)), has(spec.As[spec.Migrator](a)), has(spec.As[spec.Pinger](a)),
		has(spec.As[spec.Describer](a)), has(spec.As[spec.UserIDs](a)), has(spec.As[io.Closer](a)), reuses)
}

// A wrapped adapter has no optional interface that the adapter itself lacks.
func TestOffers(t *testing.T) {
	t.Parallel()
	full := struct {
		plain
		extra
	}{plain{inMemory()}, extra{}}
	fullSessions := struct {
		plainSessions
		extra
	}{plainSessions{inMemory()}, extra{}}
	const all, none = "true true true true true true true", "false false false false false false false"
	for _, test := range []struct {
		name       string
		inner, got any
		want       string
	}{
		{"nothing", plain{inMemory()}, tenonotel.Wrap(plain{inMemory()}, "x"), none},
		{"all", full, tenonotel.Wrap(full, "x"), all},
		{"sessions, nothing", plainSessions{inMemory()}, tenonotel.WrapSessions(plainSessions{inMemory()}, "x"), none},
		{"sessions, all", fullSessions, tenonotel.WrapSessions(fullSessions, "x"), all},
		{"memory", inMemory(), tenonotel.Wrap(inMemory(), "x"), offers(inMemory())},
		{"twice", full, tenonotel.Wrap(tenonotel.Wrap(full, "x"), "x"), all},
	} {
		if before := offers(test.inner); before != test.want {
			t.Errorf("%s: the adapter itself: %s, want %s", test.name, before, test.want)
		}
		if got := offers(test.got); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// spec.As finds the adapter's own type, for methods that only it has.
func TestAdapterIsFound(t *testing.T) {
	t.Parallel()
	a := memory.NewAdapter(spec.Columns{Users: []attr.Field{}})
	for _, wrapped := range []any{tenonotel.Wrap(a, "x"), tenonotel.WrapSessions(a, "x")} {
		if got, _ := spec.As[memory.Adapter](wrapped); got != a {
			t.Errorf("%T: found %v, want %v", wrapped, got, a)
		}
	}
}
