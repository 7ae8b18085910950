package session_test

import (
	"errors"
	"path/filepath"
	"testing"

	driver "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestLucia2_AttributeErrorsKeepTheDatabasesOwn: errors.As finds the driver's own error
// in an error of the manager.
func TestLucia2_AttributeErrorsKeepTheDatabasesOwn(t *testing.T) {
	t.Parallel()
	manager, err := session.NewManager(openSQLite(t), session.Config{})
	must(t, err)
	serial := "1"
	_, err = manager.Create(t.Context(), "", managertest.Device{Serial: &serial})
	must(t, err)
	_, err = manager.Create(t.Context(), "", managertest.Device{Serial: &serial})
	own, ok := errors.AsType[*driver.Error](err)
	if !ok || own.Code() != 2067 { // SQLITE_CONSTRAINT_UNIQUE
		t.Errorf("got error %v, of SQLite's %v", err, own)
	}
}

// TestLucia2_AttributesChosenForExposure: a program reads only those columns of a table
// that its attribute type has.
func TestLucia2_AttributesChosenForExposure(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenon.db")
	type full struct{ Name, Address string }
	type exposed struct{ Name string }
	whole, err := sqlite.Open[struct{}, full](t.Context(), path)
	must(t, err)
	defer whole.Close()
	must(t, whole.Migrate(t.Context()))
	writer, err := session.NewManager(whole, session.Config{})
	must(t, err)
	s, err := writer.Create(t.Context(), "", full{"phone", "192.0.2.1"})
	must(t, err)

	part, err := sqlite.Open[struct{}, exposed](t.Context(), path)
	must(t, err)
	defer part.Close()
	reader, err := session.NewManager(part, session.Config{})
	must(t, err)
	got, _, err := reader.Validate(t.Context(), s.Token())
	must(t, err)
	if want := (exposed{"phone"}); got.Attributes != want {
		t.Errorf("got %+v, want %+v", got.Attributes, want)
	}
	_, err = reader.Update(t.Context(), got, func(e *exposed) { e.Name = "tablet" })
	must(t, err)
	all, err := writer.Get(t.Context(), s.ID)
	if want := (full{"tablet", "192.0.2.1"}); err != nil || all.Attributes != want {
		t.Errorf("after an update there is %+v, %v, want %+v", all.Attributes, err, want)
	}
}

// TestReopened: sessions outlive the process that created them.
func TestReopened(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenon.db")
	var text string
	for range 2 {
		store, err := sqlite.Open[managertest.User, managertest.Device](t.Context(), path)
		must(t, err)
		must(t, store.Migrate(t.Context()))
		manager, err := session.NewManager(store, session.Config{})
		must(t, err)
		if text == "" {
			must(t, store.CreateUser(t.Context(), spec.User[managertest.User]{ID: "ann"}))
			s, err := manager.Create(t.Context(), "ann", managertest.Device{})
			must(t, err)
			text = s.Token().Reveal()
		}
		token, err := session.ParseToken(text)
		must(t, err)
		_, user, err := manager.Validate(t.Context(), token)
		if err != nil || user.ID != "ann" {
			t.Errorf("validated as %q, %v", user.ID, err)
		}
		must(t, store.Close())
	}
}
