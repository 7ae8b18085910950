package sqlite_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// SQLite has no passwords, but some of its drivers do.
func TestOpenHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		t.TempDir() + "/app.db?_auth_user=ann&_auth_pass=" + leaktest.Password + "&%zz",
		"file:app.db?mode=memory&_auth_pass=" + leaktest.Password,
	} {
		_, err := sqlite.Open[struct{}, struct{}](t.Context(), dsn)
		leaktest.Refused(t, err)
	}
}

// OpenAdapter needs no Go types, and its errors are complete without a Store.
func TestOpenAdapter(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	columns := spec.Columns{Sessions: []attr.Field{{Name: "Device", Column: "device", Kind: attr.String}}}
	a, err := sqlite.OpenAdapter(ctx, ":memory:", columns)
	if a != nil || spec.ClassOf(err) != spec.ErrInvalid || !strings.HasPrefix(err.Error(), "sqlite: open: invalid input") {
		t.Errorf("in memory: got %v, %v", a, err)
	}
	a, err = sqlite.OpenAdapter(ctx, file(t), columns)
	must(t, err)
	closeLater(t, a)
	must(t, a.Migrate(ctx))
	phone := spec.SessionWith(aSession("phone", "ann"), []any{"a phone"})
	must(t, a.CreateSession(ctx, phone))
	var device string
	got := spec.SessionRow{Attributes: []any{&device}}
	must(t, a.Session(ctx, "phone", &got))
	if device != "a phone" || got.UserID != "ann" || !got.Lease.Equal(phone.Lease) {
		t.Errorf("got %+v and %q, want %+v", got, device, phone)
	}
}
